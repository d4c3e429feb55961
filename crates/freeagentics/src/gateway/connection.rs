//! One client's task: reads, enforces limits, carries out commands, writes what waits.
//! Invariant: it reads only while the client's outbox is below half its bound, so a client that
//! does not read its replies stops being read itself.

use std::future::poll_fn;
use std::sync::Arc;
use std::task::Poll;
use std::time::{Duration, Instant};

use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig, WebSocketContext};
use tokio_tungstenite::tungstenite::{Error as WsError, Message};

use super::close::CloseReason;
use super::commands;
use super::frame;
use super::hub::HubCommand;
use super::limits::RateLimit;
use super::peer::{Complaint, Peer};
use super::protocol::Encoding;
use super::registry::SocketGuard;
use super::server::Shared;
use super::socket::SocketIo;

/// Bytes read from one client before others get a turn.
const TURN_BYTES: usize = 64 * 1024;
/// The WebSocket layer's own buffer: a command of common length. It grows with the frame.
const FRAME_BUFFER_BYTES: usize = 256;
/// How long a closing client may take to read its last frames and leave.
const LINGER: Duration = Duration::from_secs(2);

/// How a connection ends.
enum Ending {
    /// The peer is gone or has said goodbye.
    Theirs,
    Ours(CloseReason),
}

/// What a turn of reading came to.
enum Turn {
    /// Nothing more to read now.
    Drained,
    /// More is there, but others are waiting.
    Yield,
    /// The outbox is too full to go on reading.
    Blocked,
}

/// Serves one upgraded connection to its end.
pub(super) async fn serve(
    peer: Arc<Peer>,
    leftover: Vec<u8>,
    guard: SocketGuard,
    shared: Arc<Shared>,
) {
    let ending = Session::new(Arc::clone(&peer), leftover, &shared)
        .run()
        .await;
    shared.registry.remove(peer.id);
    shared.hub.send(HubCommand::Gone { peer: peer.id }).await;
    shared.metrics.ended.add(1);
    if let Ending::Ours(reason) = ending {
        shared.metrics.close(reason);
        let (address, code) = (peer.address, reason.code());
        if reason == CloseReason::GoingAway {
            tracing::debug!(%address, code, "closing");
        } else {
            tracing::warn!(%address, code, reason = reason.text(), "closing");
        }
        peer.set_last_word(frame::close(code, reason.text()));
        // Registered again so that a shutdown in the meantime can hurry it up.
        shared.registry.insert(Arc::clone(&peer));
        let _ = tokio::time::timeout(LINGER, Box::pin(linger(&peer))).await;
        shared.registry.remove(peer.id);
    }
    drop(guard);
}

struct Session<'a> {
    peer: Arc<Peer>,
    shared: &'a Arc<Shared>,
    websocket: WebSocketContext,
    socket: SocketIo,
    messages: RateLimit,
    bytes: RateLimit,
}

impl<'a> Session<'a> {
    fn new(peer: Arc<Peer>, leftover: Vec<u8>, shared: &'a Arc<Shared>) -> Self {
        let limits = &shared.config.limits;
        let config = WebSocketConfig::default()
            .read_buffer_size(FRAME_BUFFER_BYTES)
            .write_buffer_size(0)
            .max_frame_size(Some(limits.max_frame_bytes))
            .max_message_size(Some(limits.max_message_bytes));
        let websocket = WebSocketContext::from_partially_read(leftover, Role::Server, Some(config));
        Self {
            peer,
            shared,
            websocket,
            socket: SocketIo::new(shared.config.read_buffer_bytes),
            messages: RateLimit::new(limits.messages_per_second),
            bytes: RateLimit::new(limits.bytes_per_second),
        }
    }

    async fn run(&mut self) -> Ending {
        loop {
            let turn = match self.read_turn().await {
                Ok(turn) => turn,
                Err(ending) => {
                    let _ = self.peer.flush();
                    return ending;
                }
            };
            if self.flush(&turn).is_err() {
                return Ending::Theirs;
            }
            match turn {
                Turn::Yield => tokio::task::yield_now().await,
                Turn::Drained => self.wait(true).await,
                Turn::Blocked => self.wait(false).await,
            }
            if self.peer.ending() {
                return self.peer.closing().map_or(Ending::Theirs, Ending::Ours);
            }
        }
    }

    /// Writes what waits. A client which takes replies while we do not read it is not silent.
    fn flush(&self, turn: &Turn) -> std::io::Result<bool> {
        if !matches!(turn, Turn::Blocked) {
            return self.peer.flush();
        }
        let before = self.peer.waiting_bytes();
        let all = self.peer.flush()?;
        if self.peer.waiting_bytes() < before {
            self.peer.saw(self.shared.registry.coarse_now_ms());
        }
        Ok(all)
    }

    /// Reads and carries out what has arrived.
    async fn read_turn(&mut self) -> Result<Turn, Ending> {
        self.socket.start_turn(TURN_BYTES);
        loop {
            if self.peer.waiting_bytes() > self.shared.config.limits.outbox_bytes / 2 {
                if self.peer.first(Complaint::DoesNotRead) {
                    tracing::warn!(address = %self.peer.address, "does not read its replies: not read either");
                }
                return Ok(Turn::Blocked);
            }
            let result = self.websocket.read(&mut self.socket.on(&self.peer.stream));
            self.account()?;
            match result {
                Ok(message) => self.handle(message).await?,
                Err(WsError::Io(error)) if error.kind() == std::io::ErrorKind::WouldBlock => {
                    let turn = if self.socket.is_drained() {
                        Turn::Drained
                    } else {
                        Turn::Yield
                    };
                    return Ok(turn);
                }
                Err(error) => {
                    let reason = CloseReason::of_read_error(&error);
                    return Err(reason.map_or(Ending::Theirs, Ending::Ours));
                }
            }
        }
    }

    /// Counts what was read and queues what the WebSocket layer wants to say (pongs, close).
    fn account(&mut self) -> Result<(), Ending> {
        if let Some(control) = self.socket.take_control() {
            self.peer.queue(control);
        }
        let read = self.socket.take_read_bytes();
        if read > 0 {
            self.peer.saw(self.shared.registry.coarse_now_ms());
            self.shared.metrics.bytes_in.add(read as u64);
            if !self.bytes.take(read, Instant::now) {
                return Err(Ending::Ours(CloseReason::RateLimit));
            }
        }
        Ok(())
    }

    async fn handle(&mut self, message: Message) -> Result<(), Ending> {
        self.shared.metrics.messages_in.add(1);
        if !self.messages.take(1, Instant::now) {
            return Err(Ending::Ours(CloseReason::RateLimit));
        }
        let (encoding, payload) = match &message {
            Message::Text(text) => (Encoding::Json, text.as_bytes()),
            Message::Binary(bytes) => {
                self.peer.heard_binary();
                (Encoding::Binary, &bytes[..])
            }
            _ => return Ok(()),
        };
        commands::carry_out(&self.peer, self.shared, encoding, payload).await;
        Ok(())
    }

    /// Until there is something to read (if wanted), room for what waits, or the end.
    async fn wait(&self, want_read: bool) {
        let peer = &*self.peer;
        poll_fn(|cx| {
            peer.waker.register(cx.waker());
            let output = peer.has_output();
            let ready = peer.ending()
                || (want_read && peer.stream.poll_read_ready(cx).is_ready())
                || (output && peer.stream.poll_write_ready(cx).is_ready())
                // All is out that kept us from reading.
                || (!want_read && !output);
            if ready {
                Poll::Ready(())
            } else {
                Poll::Pending
            }
        })
        .await;
    }
}

/// Sends the last word, half-closes, and reads until the peer has left: closing with unread input
/// would reset the connection and lose the close frame.
async fn linger(peer: &Peer) {
    let mut half_closed = false;
    let mut sink = [0_u8; 2048];
    loop {
        if !half_closed {
            match peer.flush() {
                Ok(true) => {
                    let socket = rustix::net::shutdown(&peer.stream, rustix::net::Shutdown::Write);
                    if socket.is_err() {
                        return;
                    }
                    half_closed = true;
                }
                Ok(false) => {}
                Err(_) => return,
            }
        }
        match peer.stream.try_read(&mut sink) {
            Ok(0) => return,
            Ok(_) => tokio::task::yield_now().await,
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {
                poll_fn(|cx| {
                    peer.waker.register(cx.waker());
                    let ready = peer.abandoned()
                        || peer.stream.poll_read_ready(cx).is_ready()
                        || (!half_closed && peer.stream.poll_write_ready(cx).is_ready());
                    if ready {
                        Poll::Ready(())
                    } else {
                        Poll::Pending
                    }
                })
                .await;
            }
            Err(_) => return,
        }
        if peer.abandoned() {
            return;
        }
    }
}
