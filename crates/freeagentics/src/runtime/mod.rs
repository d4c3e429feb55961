//! The runtime as its users hold it.
//!
//! Invariant: the handle is cheap to clone, and the runtime lives until it is shut down or the last handle is gone.

mod builder;
mod crew;
mod refusals;
mod send;
mod shutdown;
mod snapshot;
mod spawn;
mod stats;
mod step;
mod topics;
mod watch;
mod watchdog;

use std::sync::Arc;
use std::time::Duration;

use crate::AgentId;
use crate::completion::{Ticket, pair};
use crate::error::RuntimeError;
use crate::shard::{Envelope, Shard};
use crate::shared::Shared;

pub use builder::RuntimeBuilder;
pub(crate) use refusals::Refusals;
pub use shutdown::ShutdownReport;
pub use snapshot::{SavedAgent, Snapshot, SnapshotTicket};
pub use spawn::{Restart, SpawnOptions};
pub use stats::Stats;
pub use step::StepReport;
pub use watch::{Trajectories, write_json_lines};

/// A running set of agents.
///
/// ```
/// use freeagentics::{Agent, Context, Message, Runtime};
///
/// struct Counter(u64);
///
/// impl Agent for Counter {
///     fn handle(&mut self, message: Message, context: &mut Context<'_>) {
///         if let Message::Payload(_) = message {
///             self.0 += 1;
///         }
///         context.reply(Message::payload(&self.0.to_le_bytes()));
///     }
/// }
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let runtime = Runtime::builder().shards(2).start()?;
/// let counter = runtime.spawn(Counter(0))?;
/// runtime.send(counter, Message::payload(b"one"))?;
/// let reply = runtime.request(counter, Message::payload(b"two"))?.wait(std::time::Duration::from_secs(10))?;
/// assert_eq!(reply, Message::payload(&2_u64.to_le_bytes()));
/// runtime.shutdown(std::time::Duration::from_secs(10))?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Runtime {
    inner: Arc<Inner>,
}

struct Inner {
    shared: Arc<Shared>,
    steps: Arc<step::Steps>,
    threads: parking_lot::Mutex<shutdown::Threads>,
}

impl Runtime {
    /// Settings for a new runtime.
    pub fn builder() -> RuntimeBuilder {
        RuntimeBuilder::default()
    }

    pub(crate) fn shared(&self) -> &Arc<Shared> {
        &self.inner.shared
    }

    /// The node number that is part of each agent's id.
    #[must_use]
    pub fn node(&self) -> u16 {
        self.shared().settings.node
    }

    /// How many shards (threads) run agents.
    #[must_use]
    pub fn shards(&self) -> usize {
        self.shared().settings.shards
    }

    /// Whether agent `id` lives here. The answer may be out of date as soon as it is given.
    #[must_use]
    pub fn is_alive(&self, id: AgentId) -> bool {
        id.node() == self.node()
            && self
                .shared()
                .directory
                .find(id)
                .is_some_and(|(shard, target)| {
                    self.shared().inboxes[shard].lock().has_mailbox(target)
                })
    }

    /// The shard on which agent `id` lives, if it does.
    #[must_use]
    pub fn shard_of(&self, id: AgentId) -> Option<usize> {
        if !self.is_alive(id) {
            return None;
        }
        self.shared().directory.find(id).map(|(shard, _)| shard)
    }

    /// Waits until nothing is in flight: every accepted message is handled and all shards are idle.
    ///
    /// # Errors
    /// [`RuntimeError::Busy`] when that did not come about within `limit`.
    pub fn settle(&self, limit: Duration) -> Result<(), RuntimeError> {
        self.shared().settle(limit)
    }

    /// Runs `work` on each shard, in its turn, and gathers the results in shard order.
    pub(crate) fn on_shards<T: Send + 'static>(
        &self,
        work: impl Fn(&mut Shard) -> T + Send + Sync + 'static,
    ) -> Ticket<Vec<T>> {
        let (completer, pending) = pair();
        let gather = Arc::new(Gather::new(self.shards(), move |parts| {
            completer.complete(parts);
        }));
        let work = Arc::new(work);
        for (index, inbox) in self.shared().inboxes.iter().enumerate() {
            let (gather, work) = (gather.clone(), work.clone());
            inbox.command(Envelope::control(Box::new(move |shard| {
                gather.put(index, work(shard));
            })));
        }
        Ticket::new(pending)
    }
}

/// Calls `done` when every shard has given its part; drops it if one cannot.
pub(crate) struct Gather<T, F> {
    state: parking_lot::Mutex<GatherState<T, F>>,
}

struct GatherState<T, F> {
    parts: Vec<Option<T>>,
    missing: usize,
    done: Option<F>,
}

impl<T, F: FnOnce(Vec<T>)> Gather<T, F> {
    pub(crate) fn new(parts: usize, done: F) -> Self {
        Self {
            state: parking_lot::Mutex::new(GatherState {
                parts: (0..parts).map(|_| None).collect(),
                missing: parts,
                done: Some(done),
            }),
        }
    }

    pub(crate) fn put(&self, index: usize, part: T) {
        let mut state = self.state.lock();
        state.parts[index] = Some(part);
        state.missing -= 1;
        if state.missing > 0 {
            return;
        }
        let parts = state.parts.drain(..).flatten().collect();
        let done = state.done.take();
        drop(state);
        if let Some(done) = done {
            done(parts);
        }
    }
}
