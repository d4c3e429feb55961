//! Why a gateway could not start or serve. Invariant: what one client does is never such an error.

use std::net::SocketAddr;

/// Why a gateway could not start or serve.
#[derive(Debug, thiserror::Error)]
pub enum GatewayError {
    /// The address is taken, not ours, or not allowed.
    #[error(
        "cannot listen on {address}: {reason}; choose another with --listen (port 0 takes any free port)"
    )]
    Bind {
        /// The address asked for.
        address: SocketAddr,
        /// What the system said.
        reason: std::io::Error,
    },
    /// No token off loopback.
    #[error(
        "refusing to serve {address} without a token: anyone on that network could steer the agents; \
         drop --no-auth (a token is printed at start) or listen on 127.0.0.1"
    )]
    OpenToTheNetwork {
        /// The address asked for.
        address: SocketAddr,
    },
    /// The async runtime could not start.
    #[error(
        "cannot start the server's threads: {0}; check the process and memory limits (ulimit -a)"
    )]
    Threads(std::io::Error),
    /// A token nobody could send.
    #[error("the token is unusable: {0}; use 16 to 256 letters, digits, '-', '.', '_' or '~'")]
    BadToken(&'static str),
    /// The listening socket broke.
    #[error("the listening socket failed: {0}; restart the server")]
    Listener(std::io::Error),
}
