//! Settings of a runtime, and its start.
//!
//! Invariant: a setting that cannot work is an error at start, not a surprise later.

use std::sync::Arc;
use std::time::Duration;

use crate::error::RuntimeError;
use crate::settings::{Settings, WhenFull};
use crate::shared::Shared;

use super::shutdown::Threads;
use super::step::Steps;
use super::{Inner, Runtime, watchdog};

/// Settings of a runtime that is not yet running; every one has a default.
#[derive(Clone, Debug, Default)]
#[must_use = "nothing runs before `start`"]
pub struct RuntimeBuilder {
    settings: Settings,
}

impl RuntimeBuilder {
    /// The node number in all ids of this runtime; runtimes on one bus need different ones. Default 0.
    pub fn node(mut self, node: u16) -> Self {
        self.settings.node = node;
        self
    }

    /// Threads that run agents. Default: one per available core.
    pub fn shards(mut self, shards: usize) -> Self {
        self.settings.shards = shards;
        self
    }

    /// Messages that may wait for one agent, besides those its shard has already taken in hand. Default 1024.
    pub fn mailbox_capacity(mut self, messages: usize) -> Self {
        self.settings.mailbox_capacity = messages;
        self
    }

    /// Messages that may wait for all agents of a shard together; about 104 bytes each. Default 65536.
    pub fn shard_capacity(mut self, messages: usize) -> Self {
        self.settings.shard_capacity = messages;
        self
    }

    /// The largest content of one message, in bytes. Default 1 MiB.
    pub fn payload_limit(mut self, bytes: usize) -> Self {
        self.settings.payload_limit = bytes;
        self
    }

    /// Messages that an agent may send during one event. Default 65536.
    pub fn sends_per_event(mut self, messages: usize) -> Self {
        self.settings.sends_per_event = messages;
        self
    }

    /// What a sender gets when a mailbox is full. Default: wait up to 10 s for room, then an error.
    pub fn when_full(mut self, policy: WhenFull) -> Self {
        self.settings.when_full = policy;
        self
    }

    /// The seed of all random draws ([`crate::Context::random`]). Default 0.
    pub fn seed(mut self, seed: u64) -> Self {
        self.settings.seed = seed;
        self
    }

    /// Lockstep: what agents send during a tick is handled in the next, in a fixed order, so that one seed gives the
    /// same trajectories whatever the number of shards. Default off: messages are handled as they come.
    pub fn lockstep(mut self, on: bool) -> Self {
        self.settings.lockstep = on;
        self
    }

    /// How long a handler may run before the watchdog reports its agent. Default 1 s.
    pub fn stuck_after(mut self, limit: Duration) -> Self {
        self.settings.stuck_after = limit;
        self
    }

    /// How long a handler may run before its agent is given up and another thread goes on with its shard; at least
    /// `stuck_after`. Default 10 s.
    pub fn give_up_after(mut self, limit: Duration) -> Self {
        self.settings.give_up_after = limit;
        self
    }

    /// Starts the shards.
    ///
    /// # Errors
    /// [`RuntimeError::Setting`] for a setting that cannot work, [`RuntimeError::Thread`] when the system has no
    /// more threads.
    pub fn start(self) -> Result<Runtime, RuntimeError> {
        self.settings.check()?;
        let shared = Arc::new(Shared::new(self.settings));
        let mut threads = Threads::default();
        for index in 0..shared.settings.shards {
            if let Err(error) = threads.crew.start(&shared, index) {
                threads.stop_all(&shared);
                return Err(error);
            }
        }
        match watchdog::start(&shared, &threads.crew) {
            Ok(watchdog) => threads.watchdog = Some(watchdog),
            Err(error) => {
                threads.stop_all(&shared);
                return Err(error);
            }
        }
        Ok(Runtime {
            inner: Arc::new(Inner {
                shared,
                steps: Arc::new(Steps::default()),
                threads: parking_lot::Mutex::new(threads),
            }),
        })
    }
}

pub(super) fn start_thread(
    name: String,
    main: impl FnOnce() + Send + 'static,
) -> Result<std::thread::JoinHandle<()>, RuntimeError> {
    std::thread::Builder::new()
        .name(name.clone())
        .spawn(main)
        .map_err(|error| RuntimeError::Thread {
            thread: name,
            reason: error.to_string(),
        })
}
