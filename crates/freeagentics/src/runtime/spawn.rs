//! Bringing agents to life and ending them.
//!
//! Invariant: an id is good for sending from the moment the spawn returns it; what is sent then waits until the agent
//! is there.

use std::sync::Arc;

use crate::AgentId;
use crate::agent::Agent;
use crate::completion::{Ticket, pair};
use crate::error::RuntimeError;
use crate::id::{AGENTS_PER_BLOCK, AgentRange};
use crate::placement::{BlockPlace, Placement};
use crate::shard::{Envelope, Factory};

use super::{Gather, Runtime};

/// What happens to an agent that panics.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Restart {
    /// It is stopped.
    #[default]
    Never,
    /// Its factory makes it anew under the same id, at most this often; then it is stopped.
    AtMost(u16),
}

/// How a bulk spawn places and supervises its agents.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SpawnOptions {
    /// On which shards.
    pub placement: Placement,
    /// What happens to one that panics.
    pub restart: Restart,
}

impl Runtime {
    /// Spawns one agent and returns its id at once; about a microsecond.
    ///
    /// # Errors
    /// [`RuntimeError::Closed`] after shutdown, [`RuntimeError::TooManyAgents`] when all places are taken.
    pub fn spawn(&self, agent: impl Agent) -> Result<AgentId, RuntimeError> {
        self.spawn_boxed(Box::new(agent), None)
    }

    /// Spawns one agent on the shard of `neighbour`: they will exchange messages without crossing threads.
    ///
    /// # Errors
    /// As [`Runtime::spawn`], and [`RuntimeError::Gone`] when there is no such neighbour here.
    pub fn spawn_near(
        &self,
        neighbour: AgentId,
        agent: impl Agent,
    ) -> Result<AgentId, RuntimeError> {
        self.spawn_boxed(Box::new(agent), Some(neighbour))
    }

    /// Spawns one agent of any kind.
    ///
    /// # Errors
    /// As [`Runtime::spawn_near`].
    pub fn spawn_boxed(
        &self,
        agent: Box<dyn Agent>,
        near: Option<AgentId>,
    ) -> Result<AgentId, RuntimeError> {
        let shared = self.shared();
        let (id, place) = shared.allocator.lock().single(&shared.directory, near)?;
        let offset = id.offset();
        let inbox = &shared.inboxes[place.shard];
        let mut door = inbox.lock();
        if door.is_closed() {
            return Err(RuntimeError::Closed);
        }
        door.open_mailbox(place.target(offset));
        door.command(Envelope::control(Box::new(move |shard| {
            shard.settle_one(place, AGENTS_PER_BLOCK, offset, agent, 0);
        })));
        inbox.release(door);
        Ok(id)
    }

    /// Spawns `count` agents, each made by `factory` on the shard where it will live. The ids are known at once; the
    /// ticket resolves when all agents are there.
    ///
    /// # Errors
    /// As [`Runtime::spawn_with`].
    pub fn spawn_many<A: Agent>(
        &self,
        count: usize,
        factory: impl Fn(AgentId) -> A + Send + Sync + 'static,
    ) -> Result<Ticket<AgentRange>, RuntimeError> {
        self.spawn_with(count, SpawnOptions::default(), factory)
    }

    /// [`Runtime::spawn_many`] with a placement and a restart policy.
    ///
    /// # Errors
    /// [`RuntimeError::Closed`] after shutdown, [`RuntimeError::TooManyAgents`] when there are not enough places,
    /// [`RuntimeError::Gone`] when the neighbour to place near is gone.
    pub fn spawn_with<A: Agent>(
        &self,
        count: usize,
        options: SpawnOptions,
        factory: impl Fn(AgentId) -> A + Send + Sync + 'static,
    ) -> Result<Ticket<AgentRange>, RuntimeError> {
        let shared = self.shared();
        let places = shared
            .allocator
            .lock()
            .bulk(&shared.directory, count, options.placement)?;
        let first = places
            .first()
            .map_or(0, |place| place.number * AGENTS_PER_BLOCK as u64);
        let range = AgentRange::new(self.node(), first, count);
        let factory: Factory<A> = Arc::new(factory);
        let restarts = match options.restart {
            Restart::Never => 0,
            Restart::AtMost(times) => times,
        };
        let mut by_shard: Vec<Vec<(BlockPlace, usize)>> = vec![Vec::new(); self.shards()];
        for (index, place) in places.into_iter().enumerate() {
            let here = (count - index * AGENTS_PER_BLOCK).min(AGENTS_PER_BLOCK);
            by_shard[place.shard].push((place, here));
        }
        let (completer, pending) = pair();
        let gather = Arc::new(Gather::new(self.shards(), move |_: Vec<()>| {
            completer.complete(range);
        }));
        for (index, blocks) in by_shard.into_iter().enumerate() {
            let inbox = &shared.inboxes[index];
            let mut door = inbox.lock();
            if door.is_closed() {
                return Err(RuntimeError::Closed);
            }
            for (place, here) in &blocks {
                for offset in 0..*here {
                    door.open_mailbox(place.target(offset));
                }
            }
            let (factory, gather) = (factory.clone(), gather.clone());
            door.command(Envelope::control(Box::new(move |shard| {
                for (place, here) in blocks {
                    shard.settle_block(place, here, &factory, restarts);
                }
                gather.put(index, ());
            })));
            inbox.release(door);
        }
        Ok(Ticket::new(pending))
    }

    /// Ends agent `id`: it takes no more messages; those it already has are handled first.
    ///
    /// # Errors
    /// [`RuntimeError::Gone`] when there is no such agent here.
    pub fn despawn(&self, id: AgentId) -> Result<(), RuntimeError> {
        let gone = RuntimeError::Gone { id };
        if id.node() != self.node() {
            return Err(gone);
        }
        let shared = self.shared();
        let (shard, target) = shared.directory.find(id).ok_or(gone.clone())?;
        let inbox = &shared.inboxes[shard];
        let mut door = inbox.lock();
        if !door.close_mailbox(target) {
            return Err(gone);
        }
        door.command(Envelope::control(Box::new(move |shard| {
            shard.end(target, "despawned");
        })));
        inbox.release(door);
        Ok(())
    }
}
