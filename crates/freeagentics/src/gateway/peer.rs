//! One connected client, as its own task, the hub and the registry share it.
//! Invariant: sending never waits; what does not fit is dropped or ends the client, as
//! [`SlowConsumer`] says.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering};

use bytes::Bytes;
use futures_util::task::AtomicWaker;
use parking_lot::Mutex;
use tokio::net::TcpStream;

use super::close::CloseReason;
use super::config::SlowConsumer;
use super::metrics::Metrics;
use super::outbox::{Chunk, Outbox};
use super::protocol::{Encoding, event};

/// What a peer needs of its gateway's configuration.
#[derive(Debug, Clone, Copy)]
pub(super) struct PeerPolicy {
    pub(super) outbox_bytes: usize,
    pub(super) slow_consumer: SlowConsumer,
}

/// What is logged of a peer once, however often it does it: logs must not be floodable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Complaint {
    BadCommand = 1,
    /// It loses events.
    Lags = 2,
    /// It does not read its replies.
    DoesNotRead = 4,
}

/// `closing` when not even a goodbye is wanted.
const ABANDONED: u8 = u8::MAX;

/// One connected client.
#[derive(Debug)]
pub(super) struct Peer {
    pub(super) id: u64,
    pub(super) address: SocketAddr,
    pub(super) stream: TcpStream,
    /// Wakes the connection's task when it has to write or to close.
    pub(super) waker: AtomicWaker,
    outbox: Mutex<Outbox>,
    /// Events dropped and not yet told.
    lagged: AtomicU64,
    /// The client understands the binary encoding: it has sent some.
    speaks_binary: AtomicBool,
    closing: AtomicU8,
    /// Each [`Complaint`] there has been.
    complaints: AtomicU8,
    last_seen_ms: AtomicU64,
    pinged: AtomicBool,
    policy: PeerPolicy,
    metrics: Arc<Metrics>,
}

impl Peer {
    pub(super) fn new(
        id: u64,
        address: SocketAddr,
        stream: TcpStream,
        policy: PeerPolicy,
        metrics: Arc<Metrics>,
        now_ms: u64,
    ) -> Self {
        Self {
            id,
            address,
            stream,
            waker: AtomicWaker::new(),
            outbox: Mutex::default(),
            lagged: AtomicU64::new(0),
            speaks_binary: AtomicBool::new(false),
            closing: AtomicU8::new(0),
            complaints: AtomicU8::new(0),
            last_seen_ms: AtomicU64::new(now_ms),
            pinged: AtomicBool::new(false),
            policy,
            metrics,
        }
    }

    /// Sends events from the hub, at once if the socket takes them.
    pub(super) fn deliver(&self, bytes: Bytes, events: u32) {
        self.send(Chunk { bytes, events });
    }

    /// Sends a reply or control frame from outside the connection's task, at once if possible.
    pub(super) fn send_now(&self, bytes: Bytes) {
        self.send(Chunk { bytes, events: 0 });
    }

    /// Queues a reply; the connection's task writes it with its neighbours.
    pub(super) fn queue(&self, bytes: Bytes) {
        self.outbox.lock().push(Chunk { bytes, events: 0 });
    }

    fn send(&self, chunk: Chunk) {
        if self.closing.load(Ordering::Relaxed) != 0 {
            return;
        }
        let mut outbox = self.outbox.lock();
        let idle = outbox.is_empty();
        outbox.push(chunk);
        // An error shows up again where the connection's task reads or writes.
        if idle && matches!(outbox.write_to(&self.stream), Ok(true)) {
            return;
        }
        if outbox.waiting_bytes() > self.policy.outbox_bytes {
            self.overflow(&mut outbox);
        }
        drop(outbox);
        if idle {
            self.waker.wake();
        }
    }

    fn overflow(&self, outbox: &mut Outbox) {
        match self.policy.slow_consumer {
            SlowConsumer::DropOldest => {
                let dropped = outbox.drop_oldest_events(self.policy.outbox_bytes / 2);
                if dropped > 0 && self.first(Complaint::Lags) {
                    tracing::warn!(address = %self.address, dropped, "too slow: loses events");
                }
                self.lagged.fetch_add(dropped, Ordering::Relaxed);
                self.metrics.events_dropped.add(dropped);
                if outbox.waiting_bytes() > self.policy.outbox_bytes * 2 {
                    self.close(CloseReason::TooSlow);
                }
            }
            SlowConsumer::Disconnect => self.close(CloseReason::TooSlow),
        }
    }

    /// Writes what waits: `Ok(true)` when all is out, `Ok(false)` when the socket is full.
    pub(super) fn flush(&self) -> io::Result<bool> {
        let mut outbox = self.outbox.lock();
        if !outbox.write_to(&self.stream)? {
            return Ok(false);
        }
        let lagged = self.lagged.swap(0, Ordering::Relaxed);
        if lagged > 0 {
            outbox.push(Chunk {
                bytes: event::lagged(self.event_encoding(), lagged),
                events: 0,
            });
            return outbox.write_to(&self.stream);
        }
        outbox.shrink();
        Ok(true)
    }

    /// Replaces what has not been started by one last frame.
    pub(super) fn set_last_word(&self, bytes: Bytes) {
        let mut outbox = self.outbox.lock();
        outbox.drop_unstarted();
        outbox.push(Chunk { bytes, events: 0 });
    }

    pub(super) fn waiting_bytes(&self) -> usize {
        self.outbox.lock().waiting_bytes()
    }

    pub(super) fn has_output(&self) -> bool {
        !self.outbox.lock().is_empty()
    }

    /// Asks the connection's task to close; the first reason stands.
    pub(super) fn close(&self, reason: CloseReason) {
        let first =
            self.closing
                .compare_exchange(0, reason as u8, Ordering::AcqRel, Ordering::Relaxed);
        if first.is_ok() {
            self.waker.wake();
        }
    }

    /// Asks the connection's task to drop everything at once.
    pub(super) fn abandon(&self) {
        self.closing.store(ABANDONED, Ordering::Release);
        self.waker.wake();
    }

    pub(super) fn abandoned(&self) -> bool {
        self.closing.load(Ordering::Acquire) == ABANDONED
    }

    /// Whether the connection's task has been asked to end, one way or the other.
    pub(super) fn ending(&self) -> bool {
        self.closing.load(Ordering::Acquire) != 0
    }

    pub(super) fn closing(&self) -> Option<CloseReason> {
        CloseReason::from_byte(self.closing.load(Ordering::Acquire))
    }

    pub(super) fn saw(&self, now_ms: u64) {
        self.last_seen_ms.store(now_ms, Ordering::Relaxed);
        self.pinged.store(false, Ordering::Relaxed);
    }

    pub(super) fn silent_ms(&self, now_ms: u64) -> u64 {
        now_ms.saturating_sub(self.last_seen_ms.load(Ordering::Relaxed))
    }

    /// True the first time since the peer was last seen.
    pub(super) fn first_ping(&self) -> bool {
        !self.pinged.swap(true, Ordering::Relaxed)
    }

    /// True the first time.
    pub(super) fn first(&self, complaint: Complaint) -> bool {
        let bit = complaint as u8;
        self.complaints.fetch_or(bit, Ordering::Relaxed) & bit == 0
    }

    pub(super) fn heard_binary(&self) {
        self.speaks_binary.store(true, Ordering::Relaxed);
    }

    fn event_encoding(&self) -> Encoding {
        if self.speaks_binary.load(Ordering::Relaxed) {
            Encoding::Binary
        } else {
            Encoding::Json
        }
    }
}
