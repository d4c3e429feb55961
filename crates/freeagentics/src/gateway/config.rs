//! What an operator may choose. Invariant: the defaults are safe on an untrusted network.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use super::auth::Auth;
use super::limits::Limits;

/// How a gateway listens and whom it serves.
#[derive(Debug, Clone)]
pub struct GatewayConfig {
    /// Address to listen on; port 0 lets the system choose.
    pub listen: SocketAddr,
    /// Who may connect. [`Auth::None`] is refused off loopback.
    pub auth: Auth,
    /// Origins allowed besides the gateway's own, such as `https://example.org`.
    pub allowed_origins: Vec<String>,
    /// What one peer, and all peers together, may use.
    pub limits: Limits,
    /// What happens to events when a client's outbox is full.
    pub slow_consumer: SlowConsumer,
    /// When silent connections are probed and dropped.
    pub heartbeat: Heartbeat,
    /// Bytes read from a socket at a time, through a buffer that the connections of a thread share.
    pub read_buffer_bytes: usize,
    /// How long a shutdown waits for clients to take their last frames.
    pub shutdown_grace: Duration,
}

impl Default for GatewayConfig {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            auth: Auth::random(),
            allowed_origins: Vec::new(),
            limits: Limits::default(),
            slow_consumer: SlowConsumer::DropOldest,
            heartbeat: Heartbeat::default(),
            read_buffer_bytes: 4096,
            shutdown_grace: Duration::from_secs(2),
        }
    }
}

impl GatewayConfig {
    /// A loopback gateway for measuring: no token, no rate limit, everything else as in
    /// production. `max_connections` and the outbox are sized for 10 000 clients.
    #[must_use]
    pub fn for_measuring() -> Self {
        Self {
            auth: Auth::None,
            limits: Limits::for_measuring(),
            ..Self::default()
        }
    }
}

/// What happens to events when a client does not read fast enough. Replies to a client's own
/// commands are never dropped: the gateway stops reading from that client instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SlowConsumer {
    /// The oldest events are dropped and the client is told how many (`lagged`).
    #[default]
    DropOldest,
    /// The client is closed with code 1013 (try again later).
    Disconnect,
}

/// When silent connections are probed and dropped.
#[derive(Debug, Clone, Copy)]
pub struct Heartbeat {
    /// A connection silent for this long is sent a ping.
    pub interval: Duration,
    /// A connection silent for this long after the ping is closed with code 1008.
    pub timeout: Duration,
}

impl Default for Heartbeat {
    fn default() -> Self {
        Self {
            interval: Duration::from_secs(20),
            timeout: Duration::from_secs(20),
        }
    }
}
