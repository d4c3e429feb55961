//! The history on a server, shared by many runners. Invariant: writers and migrations run one at a time, under a lock.

use rustls::ClientConfig;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::private::BytesMut;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};
use tokio_postgres::{Config, config::SslMode};

use super::address::Address;
use super::connection::{Connection, Failure};
use super::{Cell, Row, Store, Value, tls};
use crate::HistoryError;
use crate::schema::{self, Dialect};

/// Limits on the server's side, so that an abandoned statement does not go on holding locks. They come before the URL's own
/// options, which win.
const LIMITS: &str = "-c statement_timeout=60s -c lock_timeout=10s \
                      -c idle_in_transaction_session_timeout=60s";

/// The advisory lock of writers and migrations: "fabh".
const LOCK: i64 = 0x6661_6268;

pub(super) struct Server {
    connection: Connection,
    config: Config,
    /// `None` without TLS.
    security: Option<ClientConfig>,
    place: String,
    /// Between a beginning and its end, what a lost connection held is lost, and another can't go on with it.
    in_transaction: bool,
}

impl Server {
    pub(super) fn connect(url: &str) -> Result<Self, HistoryError> {
        let address = Address::parse(url)?;
        let place = address.name();
        let mut config = address.config;
        if config.get_application_name().is_none() {
            config.application_name("fabench");
        }
        config.options(match config.get_options() {
            Some(given) => format!("{LIMITS} {given}"),
            None => LIMITS.to_owned(),
        });
        let security = if config.get_ssl_mode() == SslMode::Disable {
            None
        } else {
            Some(tls::trusting(address.authorities.as_deref(), &place)?)
        };
        let connection = Connection::open(&config, security.as_ref())
            .map_err(|failure| failed(&place, failure))?;
        let mut server = Self {
            connection,
            config,
            security,
            place,
            in_transaction: false,
        };
        server.bring_up_to_date()?;
        Ok(server)
    }

    /// What the server says. A connection that was lost before is replaced, unless a transaction was lost with it: nothing that
    /// is asked outside of one changes more when it is asked twice.
    fn ask<T>(
        &mut self,
        call: &impl AsyncFn(&tokio_postgres::Client) -> Result<T, tokio_postgres::Error>,
    ) -> Result<T, HistoryError> {
        if self.in_transaction || self.connection.stands() {
            match self.connection.ask(call) {
                Err(failure @ Failure::Told(_)) if failure.lost() && !self.in_transaction => {}
                other => return other.map_err(|failure| failed(&self.place, failure)),
            }
        }
        self.connect_again()?;
        self.connection
            .ask(call)
            .map_err(|failure| failed(&self.place, failure))
    }

    fn connect_again(&mut self) -> Result<(), HistoryError> {
        let failed = |failure| failed(&self.place, failure);
        self.connection = Connection::open(&self.config, self.security.as_ref()).map_err(failed)?;
        let path = search_path();
        let set = self
            .connection
            .ask(async |client| client.batch_execute(&path).await);
        set.map_err(failed)
    }

    fn bring_up_to_date(&mut self) -> Result<(), HistoryError> {
        if self.version()? != schema::VERSION {
            self.migrate()?;
        }
        self.batch(&search_path())
    }

    fn migrate(&mut self) -> Result<(), HistoryError> {
        self.begin()?;
        let done = self.migrate_locked();
        if done.is_err() {
            self.rollback();
        }
        done
    }

    fn migrate_locked(&mut self) -> Result<(), HistoryError> {
        // Asked again: another process may have been quicker.
        let version = self.version()?;
        let name = schema::SERVER_SCHEMA;
        self.batch(&format!(
            "CREATE SCHEMA IF NOT EXISTS {name}; SET LOCAL search_path TO {name}; \
             CREATE TABLE IF NOT EXISTS history_version (version BIGINT NOT NULL)"
        ))?;
        for migration in schema::migrations(Dialect::Postgres, version) {
            self.batch(&migration)?;
        }
        self.batch(&format!(
            "DELETE FROM history_version; INSERT INTO history_version VALUES ({})",
            schema::VERSION
        ))?;
        self.commit()
    }

    /// The schema of the tables, 0 where there are none; a newer one is an error.
    fn version(&mut self) -> Result<i64, HistoryError> {
        let schema = schema::SERVER_SCHEMA;
        let table = format!("{schema}.history_version");
        // Read from the catalogue's table: a look-up by name may answer from before another process made the tables.
        let there = self.query(
            "SELECT count(*) FROM pg_catalog.pg_tables WHERE schemaname::text = ?1 AND tablename::text = 'history_version'",
            &[Value::Text(schema)],
        )?;
        if there.first().and_then(|row| row.int(0)) != Some(1) {
            return Ok(0);
        }
        let found = self.query(&format!("SELECT max(version) FROM {table}"), &[])?;
        let found = found.first().and_then(|row| row.int(0)).unwrap_or(0);
        if found > schema::VERSION {
            return Err(HistoryError::Newer {
                place: self.place.clone(),
                found,
                known: schema::VERSION,
            });
        }
        Ok(found)
    }

    fn batch(&mut self, sql: &str) -> Result<(), HistoryError> {
        self.ask(&async |client| client.batch_execute(sql).await)
    }
}

impl Store for Server {
    fn place(&self) -> &str {
        &self.place
    }

    fn query(&mut self, sql: &str, values: &[Value<'_>]) -> Result<Vec<Row>, HistoryError> {
        // No statement of this crate holds a question mark that is no parameter.
        let sql = sql.replace('?', "$");
        let values: Vec<&(dyn ToSql + Sync)> = values.iter().map(|value| value as _).collect();
        let rows = self.ask(&async |client| client.query(&sql, &values).await)?;
        rows.iter()
            .map(|row| {
                let cells = (0..row.len()).map(|column| row.try_get::<_, Cell>(column));
                Ok(Row(cells.collect::<Result<_, _>>().map_err(|error| {
                    failed(&self.place, Failure::Told(error))
                })?))
            })
            .collect()
    }

    fn begin(&mut self) -> Result<(), HistoryError> {
        // Writers queue, as they do for a file: two that record different runs under one id must see each other. The
        // lock ends with the transaction.
        let begun = self.batch(&format!("BEGIN; SELECT pg_advisory_xact_lock({LOCK})"));
        self.in_transaction = begun.is_ok();
        if begun.is_err() {
            // It may have begun, and not have got the lock.
            self.rollback();
        }
        begun
    }

    fn commit(&mut self) -> Result<(), HistoryError> {
        let done = self
            .connection
            .ask(async |client| client.batch_execute("COMMIT").await);
        self.in_transaction = false;
        done.map_err(|failure| {
            let lost = failure.lost();
            let error = failed(&self.place, failure);
            if lost {
                return HistoryError::OutcomeUnknown {
                    cause: Box::new(error),
                };
            }
            error
        })
    }

    fn rollback(&mut self) {
        let _ = self
            .connection
            .ask(async |client| client.batch_execute("ROLLBACK").await);
        self.in_transaction = false;
    }
}

fn search_path() -> String {
    format!("SET search_path TO {}", schema::SERVER_SCHEMA)
}

impl ToSql for Value<'_> {
    fn to_sql(
        &self,
        kind: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self {
            Value::Null => Ok(IsNull::Yes),
            Value::Int(number) => number.to_sql_checked(kind, out),
            Value::Real(number) => number.to_sql_checked(kind, out),
            Value::Text(text) => text.to_sql_checked(kind, out),
            Value::Bytes(bytes) => bytes.to_sql_checked(kind, out),
        }
    }

    fn accepts(kind: &Type) -> bool {
        Cell::accepts(kind)
    }

    to_sql_checked!();
}

impl<'a> FromSql<'a> for Cell {
    fn from_sql(
        kind: &Type,
        raw: &'a [u8],
    ) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(match *kind {
            Type::INT8 => Cell::Int(i64::from_sql(kind, raw)?),
            Type::FLOAT8 => Cell::Real(f64::from_sql(kind, raw)?),
            Type::BYTEA => Cell::Bytes(raw.to_vec()),
            _ => Cell::Text(String::from_sql(kind, raw)?),
        })
    }

    fn from_sql_null(_: &Type) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(Cell::Null)
    }

    fn accepts(kind: &Type) -> bool {
        matches!(*kind, Type::INT8 | Type::FLOAT8 | Type::BYTEA | Type::TEXT)
    }
}

fn failed(place: &str, failure: Failure) -> HistoryError {
    let place = place.to_owned();
    let unreachable = "see that the server runs and that host and port are right";
    let error = match failure {
        Failure::Told(error) => error,
        Failure::Silent(waited) => return HistoryError::Silent { place, waited },
        Failure::Unable(error) => {
            return HistoryError::Database {
                place,
                reason: error.to_string(),
                remedy: "see which limit of the system is reached (ulimit -a)",
                driver: Box::new(error),
            };
        }
    };
    let remedy = match error.code() {
        Some(&SqlState::INVALID_PASSWORD | &SqlState::INVALID_AUTHORIZATION_SPECIFICATION) => {
            "check user and password"
        }
        Some(&SqlState::INVALID_CATALOG_NAME) => {
            "create the database (createdb NAME), or correct its name in the URL"
        }
        Some(&SqlState::INSUFFICIENT_PRIVILEGE) => {
            "the user needs the right to create and use the schema `fabench`"
        }
        Some(&SqlState::LOCK_NOT_AVAILABLE | &SqlState::QUERY_CANCELED) => {
            "another process is writing to it; try again"
        }
        Some(
            &SqlState::ADMIN_SHUTDOWN | &SqlState::CRASH_SHUTDOWN | &SqlState::CANNOT_CONNECT_NOW,
        ) => "the server is being started or stopped; try again",
        Some(_) => "see the server's log",
        None => unreachable,
    };
    // The driver's own words never hold the configuration, so no password either.
    let reason = error.as_db_error().map_or_else(
        || match std::error::Error::source(&error) {
            Some(cause) => cause.to_string(),
            None => error.to_string(),
        },
        |error| error.message().to_owned(),
    );
    HistoryError::Database {
        place,
        reason,
        remedy,
        driver: Box::new(error),
    }
}
