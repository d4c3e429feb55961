//! New sockets: admission, the request, the upgrade. Invariant: accepting never waits for a peer;
//! running out of descriptors slows accepting down and ends nothing.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

use super::connection;
use super::error::GatewayError;
use super::http::{HeadError, Response, Route, Upgrade, read_head, route};
use super::metrics::Refusal;
use super::peer::{Peer, PeerPolicy};
use super::protocol::event;
use super::registry::SocketGuard;
use super::server::Shared;
use super::{openmetrics, page};

/// Pause after the system refused a descriptor: time for one to be closed.
const BACK_OFF: Duration = Duration::from_millis(50);

/// Accepts until the listening socket breaks.
pub(super) async fn accept(listener: TcpListener, shared: Arc<Shared>) -> Result<(), GatewayError> {
    loop {
        match listener.accept().await {
            Ok((stream, address)) => admit(stream, address, &shared),
            Err(error) if is_the_peers(&error) => {
                tracing::debug!(%error, "a peer left before it was accepted");
            }
            Err(error) if matches!(error.raw_os_error(), Some(23 | 24 | 12 | 105)) => {
                // ENFILE, EMFILE, ENOMEM, ENOBUFS
                tracing::warn!(%error, "cannot accept now; raise `ulimit -n` or lower --max-connections");
                tokio::time::sleep(BACK_OFF).await;
            }
            Err(error) => return Err(GatewayError::Listener(error)),
        }
    }
}

fn is_the_peers(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionReset, Interrupted, WouldBlock};
    matches!(
        error.kind(),
        ConnectionAborted | ConnectionReset | Interrupted | WouldBlock
    )
}

fn admit(stream: TcpStream, address: SocketAddr, shared: &Arc<Shared>) {
    shared.metrics.accepted.add(1);
    let limits = &shared.config.limits;
    let Some(guard) = shared.registry.admit(limits.max_connections) else {
        shared.metrics.refuse(Refusal::Full);
        tracing::warn!(%address, limit = limits.max_connections, "refused: connection limit");
        let response = Response::problem(503, "too many connections; try again later")
            .header("Retry-After", "5");
        // Best effort: nothing is kept for a peer beyond the limit.
        let _ = stream.try_write(&response.to_bytes());
        return;
    };
    let id = shared.registry.next_id();
    let task = tokio::spawn(greet(stream, address, id, guard, Arc::clone(shared)));
    let evicted = shared
        .registry
        .add_pending(id, task.abort_handle(), limits.max_pending_upgrades);
    if let Some(oldest) = evicted {
        shared.metrics.refuse(Refusal::Evicted);
        tracing::warn!(
            limit = limits.max_pending_upgrades,
            "dropped the oldest unfinished request"
        );
        oldest.abort();
    }
}

/// Reads the request and answers it; an upgraded connection goes on in a task of its own, whose
/// memory does not hold this one's.
async fn greet(
    mut stream: TcpStream,
    address: SocketAddr,
    id: u64,
    guard: SocketGuard,
    shared: Arc<Shared>,
) {
    let limits = &shared.config.limits;
    let head = timeout(
        limits.upgrade_timeout,
        read_head(&mut stream, limits.max_head_bytes),
    )
    .await;
    let (why, response) = match head {
        Ok(Ok(mut head)) => {
            shared.metrics.requests.add(1);
            let (route, head_only) =
                route(&head, &shared.config.auth, &shared.config.allowed_origins);
            match route {
                Route::Upgrade(upgrade) => {
                    let leftover = std::mem::take(&mut head.leftover);
                    upgraded(stream, address, id, guard, leftover, &upgrade, &shared);
                    return;
                }
                Route::Refused(why, response) => (Some(why), response.head_only(head_only)),
                Route::Page => (None, page::response().head_only(head_only)),
                Route::Health => (None, openmetrics::health(&shared).head_only(head_only)),
                Route::Metrics => (None, openmetrics::metrics(&shared).head_only(head_only)),
            }
        }
        Ok(Err(HeadError::Gone)) => return,
        Ok(Err(HeadError::TooLarge)) => (
            Some(Refusal::TooLarge),
            Response::problem(
                431,
                format!("a request head may have {} bytes", limits.max_head_bytes),
            ),
        ),
        Ok(Err(HeadError::Malformed(text))) => {
            (Some(Refusal::Malformed), Response::problem(400, text))
        }
        Err(_) => (
            Some(Refusal::TimedOut),
            Response::problem(408, "the request took too long to arrive"),
        ),
    };
    if let Some(why) = why {
        shared.metrics.refuse(why);
        tracing::warn!(%address, status = response.status(), reason = ?why, "request refused");
    }
    response.send(stream).await;
    drop(guard);
}

fn upgraded(
    stream: TcpStream,
    address: SocketAddr,
    id: u64,
    guard: SocketGuard,
    leftover: Vec<u8>,
    upgrade: &Upgrade,
    shared: &Arc<Shared>,
) {
    // Latency is the product: never wait for a full segment.
    let _ = stream.set_nodelay(true);
    let policy = PeerPolicy {
        outbox_bytes: shared.config.limits.outbox_bytes,
        slow_consumer: shared.config.slow_consumer,
    };
    let peer = Arc::new(Peer::new(
        id,
        address,
        stream,
        policy,
        Arc::clone(&shared.metrics),
        shared.registry.coarse_now_ms(),
    ));
    // Answer and first message leave in one segment.
    let mut first = upgrade.answer();
    first.extend_from_slice(&event::welcome(id, shared.host.agents()));
    peer.send_now(Bytes::from(first));
    shared.metrics.upgraded.add(1);
    shared.registry.insert(Arc::clone(&peer));
    tokio::spawn(connection::serve(peer, leftover, guard, Arc::clone(shared)));
}
