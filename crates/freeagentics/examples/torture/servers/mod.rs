//! The campaign `servers`: PostgreSQL and NATS killed and started again, paused, and cut off, while the store and the bus are in
//! use.
//!
//! Promised: nothing acknowledged is lost, every call ends in its stated time, and service resumes by itself, with the same
//! store and bus.

mod bus;
mod cluster;
mod echo;
mod faults;
mod ledger;
#[path = "../../../tests/server_support/proxy.rs"]
mod proxy;
mod store;

use crate::Effort;

/// Beyond stated times, for a machine that others want too.
const SLACK: std::time::Duration = std::time::Duration::from_secs(5);

/// Harms both servers for about `effort`, at once; the figures.
pub(crate) async fn run(effort: Effort) -> anyhow::Result<String> {
    let (store, bus) = tokio::try_join!(store::run(effort), bus::run(effort))?;
    Ok(format!("PostgreSQL: {store}; NATS: {bus}"))
}
