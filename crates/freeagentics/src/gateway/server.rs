//! A gateway from bind to last goodbye. Invariant: after `serve` returns no socket of the gateway
//! is open.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpSocket};
use tokio::sync::mpsc;
use tokio::time::timeout;

use super::auth::Auth;
use super::close::CloseReason;
use super::config::GatewayConfig;
use super::descriptors::reserve_descriptors;
use super::error::GatewayError;
use super::host::AgentHost;
use super::hub::{Hub, HubCommand, dispatch};
use super::metrics::Metrics;
use super::registry::Registry;
use super::{accept, heartbeat};

/// Connections the system may queue before we accept them: a thousand may come at once.
const BACKLOG: u32 = 4096;

/// Descriptors that are not connections: files, the runtime's own, standard streams.
const OTHER_DESCRIPTORS: usize = 64;

/// What every connection shares.
pub(super) struct Shared {
    pub(super) config: GatewayConfig,
    pub(super) hub: Hub,
    pub(super) host: Arc<dyn AgentHost>,
    pub(super) registry: Arc<Registry>,
    pub(super) metrics: Arc<Metrics>,
}

/// A gateway that listens and is ready to serve.
pub struct Gateway {
    listener: TcpListener,
    local_addr: SocketAddr,
    commands: mpsc::Receiver<HubCommand>,
    shared: Arc<Shared>,
}

impl Gateway {
    /// Starts listening. Connections wait in the system's queue until [`Gateway::serve`].
    ///
    /// # Errors
    /// [`GatewayError::OpenToTheNetwork`] without a token off loopback; [`GatewayError::Bind`]
    /// when the address cannot be had.
    pub fn bind(config: GatewayConfig, host: Arc<dyn AgentHost>) -> Result<Self, GatewayError> {
        let address = config.listen;
        if matches!(config.auth, Auth::None) && !address.ip().is_loopback() {
            return Err(GatewayError::OpenToTheNetwork { address });
        }
        let listen = || -> std::io::Result<(TcpListener, SocketAddr)> {
            let socket = if address.is_ipv4() {
                TcpSocket::new_v4()?
            } else {
                TcpSocket::new_v6()?
            };
            socket.set_reuseaddr(true)?;
            socket.bind(address)?;
            let listener = socket.listen(BACKLOG)?;
            let local = listener.local_addr()?;
            Ok((listener, local))
        };
        let (listener, local_addr) =
            listen().map_err(|reason| GatewayError::Bind { address, reason })?;
        reserve_descriptors(&listener, config.limits.max_connections + OTHER_DESCRIPTORS);
        let (hub, commands) = Hub::new();
        let shared = Shared {
            config,
            hub,
            host,
            registry: Arc::new(Registry::new()),
            metrics: Arc::default(),
        };
        Ok(Self {
            listener,
            local_addr,
            commands,
            shared: Arc::new(shared),
        })
    }

    /// The address listened on, with the port the system chose.
    #[must_use]
    pub fn local_addr(&self) -> SocketAddr {
        self.local_addr
    }

    /// For publishing the host's own events.
    #[must_use]
    pub fn hub(&self) -> Hub {
        self.shared.hub.clone()
    }

    /// What the gateway counts.
    #[must_use]
    pub fn metrics(&self) -> Arc<Metrics> {
        Arc::clone(&self.shared.metrics)
    }

    /// Serves until `shutdown` completes, then says goodbye (close code 1001) to every client
    /// and waits up to the configured grace for them to take it.
    ///
    /// # Errors
    /// [`GatewayError::Listener`] when the listening socket breaks.
    pub async fn serve(self, shutdown: impl Future<Output = ()>) -> Result<(), GatewayError> {
        let Self {
            listener,
            commands,
            shared,
            ..
        } = self;
        let hub = tokio::spawn(dispatch(
            commands,
            shared.hub.interest(),
            Arc::clone(&shared.metrics),
            shared.config.limits.max_subscriptions,
        ));
        let sweep = tokio::spawn(heartbeat::sweep(
            Arc::clone(&shared.registry),
            shared.config.heartbeat,
        ));
        let result = tokio::select! {
            result = accept::accept(listener, Arc::clone(&shared)) => result,
            () = shutdown => Ok(()),
        };
        goodbye(&shared).await;
        sweep.abort();
        hub.abort();
        result
    }
}

async fn goodbye(shared: &Shared) {
    let registry = &shared.registry;
    tracing::info!(sockets = registry.sockets(), "shutting down");
    registry.abort_pending();
    let all_gone = async {
        loop {
            // Again each time: an upgrade may have finished meanwhile.
            for peer in registry.peers() {
                peer.close(CloseReason::GoingAway);
            }
            if timeout(Duration::from_millis(100), drained(registry))
                .await
                .is_ok()
            {
                return;
            }
        }
    };
    if timeout(shared.config.shutdown_grace, all_gone)
        .await
        .is_err()
    {
        tracing::warn!(
            sockets = registry.sockets(),
            "clients did not leave in time"
        );
        for peer in registry.peers() {
            peer.abandon();
        }
        let _ = timeout(Duration::from_secs(1), drained(registry)).await;
    }
}

async fn drained(registry: &Registry) {
    loop {
        let left = registry.left.notified();
        if registry.sockets() == 0 {
            return;
        }
        left.await;
    }
}
