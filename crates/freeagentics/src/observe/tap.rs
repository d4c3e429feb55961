//! The channel from agents to a watcher.
//!
//! Invariant: without watchers an event costs one load of a shared counter.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use parking_lot::RwLock;
use tokio::sync::mpsc;

use crate::AgentId;

use super::{Event, TopicName};

/// Which agents a watcher sees.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Filter {
    /// Nobody, for now.
    #[default]
    None,
    /// Everybody.
    All,
    /// These agents.
    Agents(HashSet<AgentId>),
    /// The agents that are subscribed to one of these topics.
    Topics(HashSet<Arc<str>>),
}

impl Filter {
    /// `topics` are those the agent is subscribed to.
    pub(crate) fn admits<'a>(
        &self,
        agent: AgentId,
        mut topics: impl Iterator<Item = &'a TopicName>,
    ) -> bool {
        match self {
            Self::None => false,
            Self::All => true,
            Self::Agents(agents) => agents.contains(&agent),
            Self::Topics(wanted) => topics.any(|topic| wanted.contains(topic)),
        }
    }
}

/// All taps of a runtime.
#[derive(Default)]
pub(crate) struct Taps {
    count: AtomicUsize,
    taps: RwLock<Vec<Arc<Tap>>>,
}

struct Tap {
    filter: RwLock<Filter>,
    events: mpsc::Sender<Event>,
    missed: AtomicU64,
}

impl Taps {
    pub(crate) fn any(&self) -> bool {
        self.count.load(Ordering::Relaxed) > 0
    }

    pub(crate) fn wants<'a, T>(&self, agent: AgentId, topics: impl Fn() -> T) -> bool
    where
        T: Iterator<Item = &'a TopicName>,
    {
        self.any()
            && self
                .taps
                .read()
                .iter()
                .any(|tap| tap.filter.read().admits(agent, topics()))
    }

    pub(crate) fn publish<'a, T>(&self, event: &Event, topics: impl Fn() -> T)
    where
        T: Iterator<Item = &'a TopicName>,
    {
        if !self.any() {
            return;
        }
        let mut closed = false;
        for tap in self.taps.read().iter() {
            if !tap.filter.read().admits(event.agent, topics()) {
                continue;
            }
            match tap.events.try_send(event.clone()) {
                Ok(()) => {}
                Err(mpsc::error::TrySendError::Full(_)) => {
                    tap.missed.fetch_add(1, Ordering::Relaxed);
                }
                Err(mpsc::error::TrySendError::Closed(_)) => closed = true,
            }
        }
        if closed {
            self.sweep();
        }
    }

    fn sweep(&self) {
        let mut taps = self.taps.write();
        taps.retain(|tap| !tap.events.is_closed());
        self.count.store(taps.len(), Ordering::Relaxed);
    }

    pub(crate) fn add(&self, filter: Filter, capacity: usize) -> Watcher {
        let (sender, receiver) = mpsc::channel(capacity.max(1));
        let tap = Arc::new(Tap {
            filter: RwLock::new(filter),
            events: sender,
            missed: AtomicU64::new(0),
        });
        let mut taps = self.taps.write();
        taps.retain(|tap| !tap.events.is_closed());
        taps.push(tap.clone());
        self.count.store(taps.len(), Ordering::Relaxed);
        Watcher {
            events: receiver,
            tap,
        }
    }

    /// Ends all watchers' streams.
    pub(crate) fn clear(&self) {
        self.taps.write().clear();
        self.count.store(0, Ordering::Relaxed);
    }
}

/// The receiving end: events of the agents its filter names.
pub struct Watcher {
    events: mpsc::Receiver<Event>,
    tap: Arc<Tap>,
}

impl Watcher {
    /// The next event; waits for it. `None` when the runtime has shut down and [`Watcher::try_next`] has no more.
    pub async fn next(&mut self) -> Option<Event> {
        self.events.recv().await
    }

    /// The next event that is already there.
    pub fn try_next(&mut self) -> Option<Event> {
        self.events.try_recv().ok()
    }

    /// Blocks the thread until the next event; not to be called in async code.
    pub fn next_blocking(&mut self) -> Option<Event> {
        self.events.blocking_recv()
    }

    /// Watches other agents from now on.
    pub fn set_filter(&self, filter: Filter) {
        *self.tap.filter.write() = filter;
    }

    /// Changes the filter in place, for example to add one agent.
    pub fn update_filter(&self, change: impl FnOnce(&mut Filter)) {
        change(&mut self.tap.filter.write());
    }

    /// How many events were missed because this watcher read too slowly.
    #[must_use]
    pub fn missed(&self) -> u64 {
        self.tap.missed.load(Ordering::Relaxed)
    }
}
