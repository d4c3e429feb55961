//! One module per subcommand. Invariant: each parses its own arguments and prints its own results.

#[cfg(feature = "nats")]
pub(crate) mod bus;
pub(crate) mod logging;
pub(crate) mod population;
pub(crate) mod restore;
pub(crate) mod secret;
pub(crate) mod serve;
pub(crate) mod snapshot;
