//! The work that every contender does: 2 producers, 1000 agents, 64-byte messages, each agent counting its own.
//!
//! Invariant: a round ends when every agent has handled every message meant for it; a message lost would hang it.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex};

pub(crate) const AGENTS: usize = 1000;
pub(crate) const PRODUCERS: usize = 2;
pub(crate) const MESSAGES: usize = 1_000_000;
/// Messages that each agent gets.
pub(crate) const SHARE: usize = MESSAGES / AGENTS;
/// Messages that each producer sends to each agent.
pub(crate) const PER_PRODUCER: usize = SHARE / PRODUCERS;

pub(crate) type Bytes64 = [u8; 64];
pub(crate) const MESSAGE: Bytes64 = [1; 64];

/// Opens when all agents have had their share.
#[derive(Default)]
pub(crate) struct Finish {
    agents: AtomicUsize,
    lock: Mutex<()>,
    changed: Condvar,
}

impl Finish {
    pub(crate) fn wait(&self) {
        let mut guard = self.lock.lock().expect("nobody panics while holding it");
        while self.agents.load(Ordering::Acquire) < AGENTS {
            guard = self
                .changed
                .wait(guard)
                .expect("nobody panics while holding it");
        }
    }
}

/// One agent's count.
pub(crate) struct Tally {
    seen: usize,
    sum: u64,
    finish: Arc<Finish>,
}

impl Tally {
    pub(crate) fn new(finish: &Arc<Finish>) -> Self {
        Self {
            seen: 0,
            sum: 0,
            finish: finish.clone(),
        }
    }

    pub(crate) fn take(&mut self, message: &[u8]) {
        self.sum += u64::from(message[0]);
        self.seen += 1;
        if self.seen == SHARE {
            assert_eq!(self.sum, SHARE as u64, "every message has its content");
            let _guard = self
                .finish
                .lock
                .lock()
                .expect("nobody panics while holding it");
            self.finish.agents.fetch_add(1, Ordering::AcqRel);
            self.finish.changed.notify_all();
        }
    }
}
