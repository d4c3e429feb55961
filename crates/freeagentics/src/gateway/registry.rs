//! Who is connected. Invariant: a peer is here from its upgrade until its task ends.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Instant;

use parking_lot::Mutex;
use tokio::sync::Notify;
use tokio::task::AbortHandle;

use super::peer::Peer;

/// Who is connected, and who is on the way.
#[derive(Debug)]
pub(super) struct Registry {
    peers: Mutex<HashMap<u64, Arc<Peer>>>,
    pending: Mutex<VecDeque<(u64, AbortHandle)>>,
    /// Told when a socket is gone.
    pub(super) left: Notify,
    sockets: AtomicUsize,
    next_id: AtomicU64,
    /// The gateway's start; peers' times are milliseconds since.
    epoch: Instant,
    now_ms: AtomicU64,
}

impl Registry {
    pub(super) fn new() -> Self {
        Self {
            peers: Mutex::default(),
            pending: Mutex::default(),
            left: Notify::new(),
            sockets: AtomicUsize::new(0),
            next_id: AtomicU64::new(1),
            epoch: Instant::now(),
            now_ms: AtomicU64::new(0),
        }
    }

    /// Milliseconds since start as of the last sweep: free to read.
    pub(super) fn coarse_now_ms(&self) -> u64 {
        self.now_ms.load(Ordering::Relaxed)
    }

    /// Advances the coarse clock and returns it.
    pub(super) fn tick(&self) -> u64 {
        let now = self.epoch.elapsed().as_millis() as u64;
        self.now_ms.store(now, Ordering::Relaxed);
        now
    }

    pub(super) fn uptime_seconds(&self) -> u64 {
        self.epoch.elapsed().as_secs()
    }

    pub(super) fn next_id(&self) -> u64 {
        self.next_id.fetch_add(1, Ordering::Relaxed)
    }

    /// Counts a socket until the guard is dropped; `None` when there are `limit` already.
    pub(super) fn admit(self: &Arc<Self>, limit: usize) -> Option<SocketGuard> {
        let before = self.sockets.fetch_add(1, Ordering::AcqRel);
        let guard = SocketGuard(Arc::clone(self));
        (before < limit).then_some(guard)
    }

    pub(super) fn sockets(&self) -> usize {
        self.sockets.load(Ordering::Acquire)
    }

    /// Remembers an upgrade under way; returns the oldest one to evict when there are too many.
    pub(super) fn add_pending(
        &self,
        id: u64,
        task: AbortHandle,
        limit: usize,
    ) -> Option<AbortHandle> {
        let mut pending = self.pending.lock();
        while pending.front().is_some_and(|(_, task)| task.is_finished()) {
            pending.pop_front();
        }
        if pending.len() >= limit {
            // Finished ones behind a slow one must not count.
            pending.retain(|(_, task)| !task.is_finished());
        }
        pending.push_back((id, task));
        if pending.len() > limit {
            pending.pop_front().map(|(_, task)| task)
        } else {
            None
        }
    }

    pub(super) fn abort_pending(&self) {
        for (_, task) in self.pending.lock().drain(..) {
            task.abort();
        }
    }

    pub(super) fn insert(&self, peer: Arc<Peer>) {
        self.peers.lock().insert(peer.id, peer);
    }

    pub(super) fn remove(&self, id: u64) {
        self.peers.lock().remove(&id);
    }

    /// The peers now; a copy, so that nobody waits while it is walked.
    pub(super) fn peers(&self) -> Vec<Arc<Peer>> {
        self.peers.lock().values().cloned().collect()
    }
}

/// Counts one open socket.
#[derive(Debug)]
pub(super) struct SocketGuard(Arc<Registry>);

impl Drop for SocketGuard {
    fn drop(&mut self) {
        self.0.sockets.fetch_sub(1, Ordering::AcqRel);
        self.0.left.notify_waiters();
    }
}
