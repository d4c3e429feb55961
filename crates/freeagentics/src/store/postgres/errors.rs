//! From SQLSTATE and broken sockets to errors with a remedy. Invariant: messages name the server by user,
//! host, port and database only.

use std::error::Error as _;
use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use tokio_postgres::error::SqlState;

use super::address::Address;
use crate::store::{StoreError, StoreOptions};

/// Which server, and how long it is waited for.
#[derive(Clone, Debug)]
pub(super) struct Place {
    name: Arc<str>,
    statement_timeout: Duration,
    busy_timeout: Duration,
}

impl Place {
    pub(super) fn new(address: &Address, options: &StoreOptions) -> Self {
        Self {
            name: address.name().into(),
            statement_timeout: options.statement_timeout,
            busy_timeout: options.busy_timeout,
        }
    }

    /// The outcome of one statement, or [`StoreError::TimedOut`].
    pub(super) async fn wait<T>(
        &self,
        statement: impl Future<Output = Result<T, tokio_postgres::Error>>,
    ) -> Result<T, StoreError> {
        match tokio::time::timeout(self.statement_timeout, statement).await {
            Ok(outcome) => outcome.map_err(|error| self.error(error)),
            Err(_) => Err(self.timed_out()),
        }
    }

    /// The outcome of a statement that commits: when the answer is missing, nobody knows.
    pub(super) async fn wait_commit<T>(
        &self,
        statement: impl Future<Output = Result<T, tokio_postgres::Error>>,
    ) -> Result<T, StoreError> {
        self.wait(statement).await.map_err(|error| match error {
            StoreError::TimedOut { .. } | StoreError::Lost { .. } => StoreError::OutcomeUnknown {
                place: self.to_string(),
                source: Box::new(error),
            },
            other => other,
        })
    }

    /// For how long a call may be tried again.
    pub(super) fn patience(&self) -> Duration {
        self.statement_timeout
    }

    fn timed_out(&self) -> StoreError {
        StoreError::TimedOut {
            place: self.to_string(),
            waited: self.statement_timeout,
        }
    }

    pub(super) fn unreachable(&self, reason: String) -> StoreError {
        StoreError::CannotOpen {
            place: self.to_string(),
            reason,
            remedy: "see that the server runs and that host and port are right",
        }
    }

    /// What went wrong while connecting.
    pub(super) fn connect_error(&self, error: tokio_postgres::Error) -> StoreError {
        let place = self.to_string();
        let reason = reason(&error);
        match error.code() {
            Some(&SqlState::INVALID_PASSWORD | &SqlState::INVALID_AUTHORIZATION_SPECIFICATION) => {
                StoreError::Refused { place, reason }
            }
            Some(&SqlState::INVALID_CATALOG_NAME) => StoreError::CannotOpen {
                place,
                reason,
                remedy: "create the database (createdb NAME), or correct its name in the URL",
            },
            Some(&SqlState::TOO_MANY_CONNECTIONS) => StoreError::CannotOpen {
                place,
                reason,
                remedy: "raise the server's max_connections, or use fewer `connections`",
            },
            Some(_) => self.error(error),
            // The driver does not say in types which of these it was.
            None => match error.to_string().as_str() {
                "error performing TLS handshake" => StoreError::Tls { place, reason },
                "authentication error" | "invalid configuration" => {
                    StoreError::Refused { place, reason }
                }
                _ => self.unreachable(reason),
            },
        }
    }

    /// What went wrong with a statement.
    pub(super) fn error(&self, error: tokio_postgres::Error) -> StoreError {
        let place = self.to_string();
        let Some(code) = error.code() else {
            // Not from the server, so from the way to it, except where a value did not fit its type.
            return if error.is_closed() || is_io(&error) {
                StoreError::Lost {
                    place,
                    source: Box::new(error),
                }
            } else {
                self.other(error)
            };
        };
        match *code {
            SqlState::DISK_FULL => StoreError::Full {
                place,
                source: Box::new(error),
            },
            SqlState::DATA_CORRUPTED | SqlState::INDEX_CORRUPTED => StoreError::Damaged {
                place,
                what: reason(&error),
                source: Some(Box::new(error)),
            },
            SqlState::INSUFFICIENT_PRIVILEGE => StoreError::Forbidden {
                place,
                reason: reason(&error),
            },
            SqlState::QUERY_CANCELED => self.timed_out(),
            SqlState::LOCK_NOT_AVAILABLE => StoreError::Busy {
                place,
                waited: self.busy_timeout,
            },
            SqlState::ADMIN_SHUTDOWN
            | SqlState::CRASH_SHUTDOWN
            | SqlState::CANNOT_CONNECT_NOW
            | SqlState::DATABASE_DROPPED => StoreError::Lost {
                place,
                source: Box::new(error),
            },
            _ => self.other(error),
        }
    }

    fn other(&self, error: tokio_postgres::Error) -> StoreError {
        StoreError::Database {
            place: self.to_string(),
            reason: reason(&error),
            source: Box::new(error),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

/// Whether the connection an error came from is of no more use.
///
/// After any error of the database's it is: when COPY is refused before its data is asked for (a lock, a missing
/// right), tokio-postgres 0.7.18 has sent one `Sync` more than it waits for, and from then on takes each
/// answer for that to the question before. Such errors are rare, a new connection costs milliseconds.
pub(super) fn spoils_connection(error: &StoreError) -> bool {
    !matches!(
        error,
        StoreError::MissingModel { .. }
            | StoreError::DuplicateAgent { .. }
            | StoreError::Abandoned { .. }
    )
}

/// Whether the server did not answer, in contrast to a connection that broke.
pub(super) fn stalled(error: &StoreError) -> bool {
    match error {
        StoreError::TimedOut { .. } => true,
        StoreError::OutcomeUnknown { source, .. } => {
            source.downcast_ref::<StoreError>().is_some_and(stalled)
        }
        _ => false,
    }
}

/// The SQLSTATE behind an error, when a server said it.
pub(super) fn sql_state(error: &StoreError) -> Option<&SqlState> {
    let StoreError::Database { source, .. } = error else {
        return None;
    };
    source.downcast_ref::<tokio_postgres::Error>()?.code()
}

fn is_io(error: &tokio_postgres::Error) -> bool {
    error
        .source()
        .is_some_and(<dyn std::error::Error>::is::<std::io::Error>)
}

/// The server's own words where there are some; the driver's are only "db error".
fn reason(error: &tokio_postgres::Error) -> String {
    match (error.as_db_error(), error.source()) {
        (Some(said), _) => said.message().to_owned(),
        (None, Some(source)) => format!("{error}: {source}"),
        (None, None) => error.to_string(),
    }
}
