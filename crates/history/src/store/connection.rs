//! A connection to a server, for callers that block. Invariant: a call ends within its time, with an answer or an error; a
//! connection that did not answer once is not asked again, so that no late answer is taken for another's.

use std::time::Duration;

use rustls::ClientConfig;
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_postgres::error::SqlState;
use tokio_postgres::tls::{MakeTlsConnect, TlsConnect};
use tokio_postgres::{Client, Config, NoTls, Socket};
use tokio_postgres_rustls::MakeRustlsConnect;

/// How long a server may take to let somebody in.
const CONNECT: Duration = Duration::from_secs(10);

/// For the way, beyond the time that the server gives a statement.
const GRACE: Duration = Duration::from_secs(2);

/// For a goodbye, which the server need not hear.
const GOODBYE: Duration = Duration::from_millis(500);

/// Why a call has no answer.
pub(super) enum Failure {
    /// The server refused, or the connection ended.
    Told(tokio_postgres::Error),
    /// Nothing came in this time.
    Silent(Duration),
    /// The system gives no thread or descriptor to begin with.
    Unable(std::io::Error),
}

impl Failure {
    /// Whether the connection is gone, and with it the answer.
    pub(super) fn lost(&self) -> bool {
        match self {
            Self::Told(error) => error.code().is_none_or(|code| {
                [SqlState::ADMIN_SHUTDOWN, SqlState::CRASH_SHUTDOWN].contains(code)
            }),
            Self::Silent(_) => true,
            Self::Unable(_) => false,
        }
    }
}

pub(super) struct Connection {
    /// `None` once the server was silent.
    client: Option<Client>,
    /// Carries the bytes, while somebody waits.
    carrier: JoinHandle<()>,
    runtime: Runtime,
    /// For one statement; `None` where the server sets no limit.
    patience: Option<Duration>,
}

impl Connection {
    /// Connects and logs in; with TLS where there is `security`.
    pub(super) fn open(config: &Config, security: Option<&ClientConfig>) -> Result<Self, Failure> {
        let runtime = Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(Failure::Unable)?;
        let limit = config.get_connect_timeout().copied().unwrap_or(CONNECT);
        let entered = runtime.block_on(async {
            let entered = async {
                match security {
                    Some(security) => enter(config, MakeRustlsConnect::new(security.clone())).await,
                    None => enter(config, NoTls).await,
                }
            };
            timeout(limit, entered).await
        });
        let (client, carrier, patience) = entered
            .map_err(|_| Failure::Silent(limit))?
            .map_err(Failure::Told)?;
        Ok(Self {
            client: Some(client),
            carrier,
            runtime,
            patience,
        })
    }

    /// What the server says to `call`.
    pub(super) fn ask<T>(
        &mut self,
        call: impl AsyncFnOnce(&Client) -> Result<T, tokio_postgres::Error>,
    ) -> Result<T, Failure> {
        let limit = self.patience.unwrap_or(Duration::MAX);
        let Some(client) = &self.client else {
            return Err(Failure::Silent(limit));
        };
        let answer = self
            .runtime
            .block_on(async { timeout(limit, call(client)).await });
        let Ok(answer) = answer else {
            self.client = None;
            return Err(Failure::Silent(limit));
        };
        answer.map_err(Failure::Told)
    }

    /// Whether it can be asked, as far as is known.
    pub(super) fn stands(&self) -> bool {
        self.client
            .as_ref()
            .is_some_and(|client| !client.is_closed())
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        // A server that was silent hears nothing either.
        if self.client.take().is_some() {
            let _ = self
                .runtime
                .block_on(async { timeout(GOODBYE, &mut self.carrier).await });
        }
    }
}

/// The client, what carries its bytes, and how long a statement may take.
async fn enter<T>(
    config: &Config,
    security: T,
) -> Result<(Client, JoinHandle<()>, Option<Duration>), tokio_postgres::Error>
where
    T: MakeTlsConnect<Socket>,
    T::Stream: Send + 'static,
    T::TlsConnect: Send,
    <T::TlsConnect as TlsConnect<Socket>>::Future: Send,
{
    let (client, connection) = config.connect(security).await?;
    let carrier = tokio::spawn(async {
        // Callers are told by their own calls.
        let _ = connection.await;
    });
    let limit = client
        .query_one(
            "SELECT setting::bigint FROM pg_catalog.pg_settings WHERE name = 'statement_timeout'",
            &[],
        )
        .await?;
    let limit = Duration::from_millis(limit.get::<_, i64>(0).unsigned_abs());
    let patience = (!limit.is_zero()).then_some(limit + GRACE);
    Ok((client, carrier, patience))
}
