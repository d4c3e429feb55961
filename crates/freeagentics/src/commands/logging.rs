//! Where log lines go: standard error, never standard output. Invariant: set up once, by a
//! subcommand that logs.

use std::io::IsTerminal as _;

use tracing_subscriber::EnvFilter;

/// Logs warnings and worse, or what `RUST_LOG` asks for.
pub(crate) fn start() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .init();
}
