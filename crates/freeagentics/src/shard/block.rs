//! A block of neighbouring agents of one kind, stored side by side.
//!
//! Invariant: block `number` holds exactly the agents with ids `number * 64 ..` that are alive; an agent that is
//! removed is never put back, except by its own restart.

use std::any::Any;
use std::sync::Arc;

use crate::AgentId;
use crate::agent::Agent;
use crate::id::AGENTS_PER_BLOCK;

/// Makes the agent with this id, at spawn and at restart.
pub(crate) type Factory<A> = Arc<dyn Fn(AgentId) -> A + Send + Sync>;

pub(crate) struct Block {
    pub(crate) tag: u32,
    /// One bit per living agent.
    live: u64,
    /// Agents still to come; a block goes when none is left and none will come.
    expected: u32,
    agents: Box<dyn Pool>,
}

/// The agents of a block, whatever their kind.
trait Pool: Send {
    fn get(&mut self, offset: usize) -> Option<(&mut u32, &mut dyn Agent)>;
    /// Reads one word of the agent's memory.
    fn touch(&self, offset: usize) -> u32;
    fn remove(&mut self, offset: usize);
    /// Whether the agent could be made anew.
    fn restart(&mut self, offset: usize, id: AgentId) -> bool;
    fn as_any(&mut self) -> &mut dyn Any;
}

struct Kind<A> {
    entries: Vec<Entry<A>>,
    factory: Option<Factory<A>>,
    restarts: u16,
}

struct Entry<A> {
    /// Events this agent has had: numbers its trajectory and its random draws.
    events: u32,
    restarts_left: u16,
    agent: Option<A>,
}

impl<A: Agent> Pool for Kind<A> {
    fn get(&mut self, offset: usize) -> Option<(&mut u32, &mut dyn Agent)> {
        let entry = self.entries.get_mut(offset)?;
        let agent = entry.agent.as_mut()?;
        Some((&mut entry.events, agent))
    }

    fn touch(&self, offset: usize) -> u32 {
        self.entries.get(offset).map_or(0, |entry| entry.events)
    }

    fn remove(&mut self, offset: usize) {
        if let Some(entry) = self.entries.get_mut(offset) {
            entry.agent = None;
        }
    }

    fn restart(&mut self, offset: usize, id: AgentId) -> bool {
        let Some(entry) = self.entries.get_mut(offset) else {
            return false;
        };
        match &self.factory {
            Some(factory) if entry.restarts_left > 0 => {
                entry.restarts_left -= 1;
                entry.agent = None;
                entry.agent = Some(factory(id));
                true
            }
            _ => false,
        }
    }

    fn as_any(&mut self) -> &mut dyn Any {
        self
    }
}

impl Block {
    /// An empty block for up to `expected` agents of kind `A`.
    pub(crate) fn new<A: Agent>(
        tag: u32,
        expected: usize,
        factory: Option<Factory<A>>,
        restarts: u16,
    ) -> Self {
        Self {
            tag,
            live: 0,
            expected: expected as u32,
            agents: Box::new(Kind {
                entries: Vec::with_capacity(if factory.is_some() { expected } else { 0 }),
                factory,
                restarts,
            }),
        }
    }

    /// Puts `agent` at `offset`; `false` if the block is of another kind or the place was used.
    pub(crate) fn put<A: Agent>(&mut self, offset: usize, agent: A, events: u32) -> bool {
        let Some(kind) = self.agents.as_any().downcast_mut::<Kind<A>>() else {
            return false;
        };
        if offset >= AGENTS_PER_BLOCK || self.live & (1 << offset) != 0 {
            return false;
        }
        while kind.entries.len() <= offset {
            kind.entries.push(Entry {
                events: 0,
                restarts_left: kind.restarts,
                agent: None,
            });
        }
        let entry = &mut kind.entries[offset];
        entry.agent = Some(agent);
        entry.events = events;
        self.live |= 1 << offset;
        self.expected = self.expected.saturating_sub(1);
        true
    }

    /// One agent that was to come will not.
    pub(crate) fn miss(&mut self) {
        self.expected = self.expected.saturating_sub(1);
    }

    /// The agent at `offset` and the number of its events.
    #[inline]
    pub(crate) fn get(&mut self, offset: usize) -> Option<(&mut u32, &mut dyn Agent)> {
        self.agents.get(offset)
    }

    pub(crate) fn touch(&self, offset: usize) -> u32 {
        self.agents.touch(offset)
    }

    /// Ends the agent at `offset`. The agent's own `drop` runs here.
    pub(crate) fn remove(&mut self, offset: usize) -> bool {
        let was_live = self.live & (1 << offset) != 0;
        self.live &= !(1 << offset);
        self.agents.remove(offset);
        was_live
    }

    pub(crate) fn restart(&mut self, offset: usize, id: AgentId) -> bool {
        self.agents.restart(offset, id)
    }

    pub(crate) fn is_spent(&self) -> bool {
        self.live == 0 && self.expected == 0
    }

    /// The first living agent at or after `offset`.
    pub(crate) fn next_live(&self, offset: usize) -> Option<usize> {
        if offset >= AGENTS_PER_BLOCK {
            return None;
        }
        let rest = self.live & (u64::MAX << offset);
        (rest != 0).then(|| rest.trailing_zeros() as usize)
    }
}
