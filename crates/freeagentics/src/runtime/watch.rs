//! Watching agents, and recording their trajectories.
//!
//! Invariant: a recording misses nothing (it grows instead); a watcher may, and knows how much.

use std::io::{self, Write};

use crate::completion::Ticket;
use crate::observe::{Event, Filter, Watcher};

use super::Runtime;

impl Runtime {
    /// Watches the agents that `filter` names. At most `capacity` events wait for the watcher; more are missed and
    /// counted. Drop the watcher to end it.
    #[must_use]
    pub fn watch(&self, filter: Filter, capacity: usize) -> Watcher {
        self.shared().taps.add(filter, capacity)
    }

    /// Records all events of the agents that `filter` names, from now on; [`Filter::None`] ends it. What was recorded
    /// before stays until taken.
    pub fn record(&self, filter: Filter) -> Ticket<Vec<()>> {
        self.on_shards(move |shard| shard.core.record(filter.clone()))
    }

    /// Takes what was recorded so far, ordered by agent and count, the same whatever the number of shards.
    pub fn take_trajectories(&self) -> Trajectories {
        Trajectories(self.on_shards(|shard| shard.core.take_recorded()))
    }
}

/// Recorded events on their way from the shards.
#[must_use = "the events are taken from the shards either way"]
pub struct Trajectories(Ticket<Vec<Vec<Event>>>);

impl Trajectories {
    /// Blocks until the shards have handed over their parts.
    ///
    /// # Errors
    /// [`crate::RuntimeError::Closed`] when the runtime shut down first.
    pub fn wait(self) -> Result<Vec<Event>, crate::RuntimeError> {
        self.0.wait().map(merge)
    }

    /// Waits for the shards to hand over their parts.
    ///
    /// # Errors
    /// [`crate::RuntimeError::Closed`] when the runtime shut down first.
    pub async fn get(self) -> Result<Vec<Event>, crate::RuntimeError> {
        self.0.await.map(merge)
    }
}

fn merge(parts: Vec<Vec<Event>>) -> Vec<Event> {
    let mut events: Vec<Event> = parts.into_iter().flatten().collect();
    events.sort_by_key(|event| (event.agent, event.count));
    events
}

/// Writes events as JSON lines, one a line.
///
/// # Errors
/// What `out` reports.
pub fn write_json_lines(events: &[Event], mut out: impl Write) -> io::Result<()> {
    for event in events {
        serde_json::to_writer(&mut out, event)?;
        out.write_all(b"\n")?;
    }
    out.flush()
}
