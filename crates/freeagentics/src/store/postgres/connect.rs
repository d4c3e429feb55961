//! The pool. Invariant: a connection it hands out was open a moment ago, and nobody waits longer than the
//! options say.

use deadpool_postgres::{
    Manager, ManagerConfig, Object, Pool, PoolError, RecyclingMethod, Runtime, TimeoutType,
};
use tokio_postgres::NoTls;
use tokio_postgres::config::SslMode;

use super::address::Address;
use super::errors::Place;
use super::tls;
use crate::store::{StoreError, StoreOptions};

pub(super) fn pool(
    address: &Address,
    options: &StoreOptions,
    place: &Place,
) -> Result<Pool, StoreError> {
    let mut config = address.config.clone();
    config.connect_timeout(options.connect_timeout);
    if config.get_application_name().is_none() {
        config.application_name("freeagentics");
    }
    // The server gives up too, so that an abandoned statement does not go on holding locks.
    let limits = format!(
        "-c statement_timeout={} -c lock_timeout={}",
        options.statement_timeout.as_millis(),
        options.busy_timeout.as_millis()
    );
    config.options(match config.get_options() {
        Some(given) => format!("{limits} {given}"),
        None => limits,
    });
    // Asking the server whether each connection lives would double the cost of a point read; a connection
    // that died unnoticed shows in the call itself, which is tried again where that is safe.
    let recycling = ManagerConfig {
        recycling_method: RecyclingMethod::Fast,
    };
    let manager = if config.get_ssl_mode() == SslMode::Disable {
        Manager::from_config(config, NoTls, recycling)
    } else {
        let connector = tls::connector(address.authorities.as_deref(), place)?;
        Manager::from_config(config, connector, recycling)
    };
    Pool::builder(manager)
        .max_size(options.connections.max(1))
        .wait_timeout(Some(options.wait_timeout))
        .create_timeout(Some(options.connect_timeout))
        .runtime(Runtime::Tokio1)
        .build()
        .map_err(|error| StoreError::Database {
            place: place.to_string(),
            reason: error.to_string(),
            source: Box::new(error),
        })
}

/// A connection for the caller alone.
pub(super) async fn client(pool: &Pool, place: &Place) -> Result<Object, StoreError> {
    pool.get().await.map_err(|error| match error {
        PoolError::Timeout(TimeoutType::Wait) => StoreError::PoolTimeout {
            place: place.to_string(),
            waited: pool.timeouts().wait.unwrap_or_default(),
        },
        PoolError::Timeout(_) => place.unreachable("it did not answer in time".to_owned()),
        PoolError::Backend(error) => place.connect_error(error),
        other => place.unreachable(other.to_string()),
    })
}
