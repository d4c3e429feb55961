//! One module per subcommand. Invariant: each parses its own arguments and prints its own results.

pub(crate) mod logging;
pub(crate) mod serve;
