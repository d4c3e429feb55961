//! Private states of all agents, out and back in.
//!
//! Invariant: an agent comes back under its old id, with its old event count, so that its random draws go on where
//! they were.

use std::collections::BTreeMap;

use crate::AgentId;
use crate::agent::Agent;
use crate::completion::Ticket;
use crate::error::{RuntimeError, StateError};
use crate::shard::Envelope;

use super::Runtime;

/// One agent's private state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedAgent<'a> {
    /// Who it is.
    pub id: AgentId,
    /// Its kind ([`Agent::kind`]).
    pub kind: &'a str,
    /// Key of the model it shares with others ([`Agent::model_key`]); 0: none.
    pub model_key: u64,
    /// Events it has had.
    pub events: u32,
    /// Its state ([`Agent::save`]).
    pub state: &'a [u8],
}

/// The private states of all agents of a runtime, each taken between two of its events.
#[derive(Debug, Default)]
pub struct Snapshot {
    parts: Vec<Part>,
}

#[derive(Debug, Default)]
struct Part {
    agents: Vec<Saved>,
    bytes: Vec<u8>,
}

#[derive(Debug)]
struct Saved {
    id: AgentId,
    kind: &'static str,
    model_key: u64,
    events: u32,
    start: usize,
    end: usize,
}

impl Snapshot {
    /// How many agents.
    #[must_use]
    pub fn len(&self) -> usize {
        self.parts.iter().map(|part| part.agents.len()).sum()
    }

    /// Whether there is no agent.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// All agents, shard by shard.
    pub fn iter(&self) -> impl Iterator<Item = SavedAgent<'_>> {
        self.parts.iter().flat_map(|part| {
            part.agents.iter().map(|agent| SavedAgent {
                id: agent.id,
                kind: agent.kind,
                model_key: agent.model_key,
                events: agent.events,
                state: &part.bytes[agent.start..agent.end],
            })
        })
    }
}

impl Runtime {
    /// Takes the private states of all agents. Each is taken between two events of that agent; call it while the
    /// runtime is settled for a snapshot of one moment.
    pub fn snapshot(&self) -> SnapshotTicket {
        SnapshotTicket(self.on_shards(|shard| {
            let mut part = Part::default();
            shard.visit(|id, events, agent| {
                let start = part.bytes.len();
                agent.save(&mut part.bytes);
                part.agents.push(Saved {
                    id,
                    kind: agent.kind(),
                    model_key: agent.model_key(),
                    events,
                    start,
                    end: part.bytes.len(),
                });
            });
            part
        }))
    }

    /// Brings agents back under their old ids. `revive` makes each from its saved form; nothing is brought back when
    /// one of them fails.
    ///
    /// # Errors
    /// [`RuntimeError::Restore`] for a state that `revive` refuses, [`RuntimeError::IdTaken`] or
    /// [`RuntimeError::ForeignId`] for an id that cannot be given here, [`RuntimeError::Closed`] after shutdown.
    pub fn restore<'a>(
        &self,
        saved: impl IntoIterator<Item = SavedAgent<'a>>,
        mut revive: impl FnMut(&SavedAgent<'_>) -> Result<Box<dyn Agent>, StateError>,
    ) -> Result<usize, RuntimeError> {
        let node = self.node();
        let mut blocks: BTreeMap<u64, Vec<Returning>> = BTreeMap::new();
        let mut count = 0;
        for agent in saved {
            let id = agent.id;
            if id.node() != node {
                return Err(RuntimeError::ForeignId { id, node });
            }
            let revived = revive(&agent).map_err(|source| RuntimeError::Restore { id, source })?;
            let block = blocks.entry(id.block()).or_default();
            if block.iter().any(|other| other.id == id) {
                return Err(RuntimeError::IdTaken { id });
            }
            block.push(Returning {
                id,
                events: agent.events,
                agent: revived,
            });
            count += 1;
        }
        self.bring_back(blocks)?;
        Ok(count)
    }

    fn bring_back(&self, blocks: BTreeMap<u64, Vec<Returning>>) -> Result<(), RuntimeError> {
        let shared = self.shared();
        let places = {
            let mut allocator = shared.allocator.lock();
            for agents in blocks.values() {
                allocator.check_returning(&shared.directory, agents[0].id)?;
            }
            let mut places = Vec::with_capacity(blocks.len());
            for agents in blocks.values() {
                places.push(allocator.returning(&shared.directory, agents[0].id)?);
            }
            places
        };
        for (place, agents) in places.into_iter().zip(blocks.into_values()) {
            let inbox = &shared.inboxes[place.shard];
            let mut door = inbox.lock();
            if door.is_closed() {
                return Err(RuntimeError::Closed);
            }
            for agent in &agents {
                door.open_mailbox(place.target(agent.id.offset()));
            }
            door.command(Envelope::control(Box::new(move |shard| {
                let expected = agents.len();
                for agent in agents {
                    shard.settle_one(
                        place,
                        expected,
                        agent.id.offset(),
                        agent.agent,
                        agent.events,
                    );
                }
            })));
            inbox.release(door);
        }
        Ok(())
    }
}

struct Returning {
    id: AgentId,
    events: u32,
    agent: Box<dyn Agent>,
}

/// A snapshot on its way from the shards.
#[must_use = "a snapshot that nobody takes is lost"]
pub struct SnapshotTicket(Ticket<Vec<Part>>);

impl SnapshotTicket {
    /// Blocks until every shard has written its part.
    ///
    /// # Errors
    /// [`RuntimeError::Closed`] when the runtime shut down first.
    pub fn wait(self) -> Result<Snapshot, RuntimeError> {
        Ok(Snapshot {
            parts: self.0.wait()?,
        })
    }

    /// Waits until every shard has written its part.
    ///
    /// # Errors
    /// [`RuntimeError::Closed`] when the runtime shut down first.
    pub async fn get(self) -> Result<Snapshot, RuntimeError> {
        Ok(Snapshot {
            parts: self.0.await?,
        })
    }
}
