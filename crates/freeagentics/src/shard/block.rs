//! A block of neighbouring agents of one kind, stored side by side.
//!
//! Invariants: block `number` holds exactly the agents with ids `number * 64 ..` that are alive; an agent that is
//! removed is never put back, except by its own restart. Entries never move, and a forfeited one is never touched nor
//! freed: a thread that lost the shard may still run its agent.

use std::any::Any;
use std::cell::UnsafeCell;
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
    /// One bit per agent that is lost to a handler that does not return.
    forfeited: u64,
    /// Agents still to come; a block goes when none is left and none will come.
    expected: u32,
    agents: Agents,
}

enum Agents {
    Owned(Box<dyn Pool>),
    /// Some are forfeited: the memory stays for good.
    Kept(&'static mut dyn Pool),
}

impl Agents {
    #[inline]
    fn pool(&mut self) -> &mut dyn Pool {
        match self {
            Self::Owned(pool) => &mut **pool,
            Self::Kept(pool) => *pool,
        }
    }
}

/// The agents of a block, whatever their kind.
///
/// `get`, `remove` and `restart` are for living agents only: the block knows which those are.
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
    /// Its capacity is reserved at first and never exceeded.
    entries: Vec<UnsafeCell<Entry<A>>>,
    factory: Option<Factory<A>>,
    restarts: u16,
}

struct Entry<A> {
    /// Events this agent has had: numbers its trajectory and its random draws.
    events: u32,
    restarts_left: u16,
    agent: Option<A>,
}

impl<A: Agent> Kind<A> {
    /// The entry of a living agent.
    #[inline]
    fn entry(&mut self, offset: usize) -> Option<&mut Entry<A>> {
        let entry = self.entries.get(offset)?;
        // SAFETY: `self` is borrowed mutably, so no other reference to a living agent's entry came from here; those
        // that other threads may hold are forfeited, and the block asks for living ones only. No reference to the
        // slice's content is made: `UnsafeCell` keeps its neighbours out of it.
        Some(unsafe { &mut *entry.get() })
    }
}

impl<A: Agent> Pool for Kind<A> {
    fn get(&mut self, offset: usize) -> Option<(&mut u32, &mut dyn Agent)> {
        let entry = self.entry(offset)?;
        let agent = entry.agent.as_mut()?;
        Some((&mut entry.events, agent))
    }

    fn touch(&self, offset: usize) -> u32 {
        self.entries.get(offset).map_or(0, |entry| {
            // SAFETY: only this field is read, which nobody but the shard's thread writes; `&self` keeps it from
            // writing now.
            unsafe { (*entry.get()).events }
        })
    }

    fn remove(&mut self, offset: usize) {
        if let Some(entry) = self.entry(offset) {
            entry.agent = None;
        }
    }

    fn restart(&mut self, offset: usize, id: AgentId) -> bool {
        let factory = self.factory.clone();
        let Some(entry) = self.entry(offset) else {
            return false;
        };
        match factory {
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
            forfeited: 0,
            expected: expected as u32,
            agents: Agents::Owned(Box::new(Kind::<A> {
                entries: Vec::with_capacity(if factory.is_some() {
                    expected
                } else {
                    AGENTS_PER_BLOCK
                }),
                factory,
                restarts,
            })),
        }
    }

    /// Puts `agent` at `offset`; `false` if the block is of another kind or the place was used.
    pub(crate) fn put<A: Agent>(&mut self, offset: usize, agent: A, events: u32) -> bool {
        if offset >= AGENTS_PER_BLOCK || (self.live | self.forfeited) & (1 << offset) != 0 {
            return false;
        }
        let Some(kind) = self.agents.pool().as_any().downcast_mut::<Kind<A>>() else {
            return false;
        };
        if offset >= kind.entries.capacity() {
            return false;
        }
        while kind.entries.len() <= offset {
            kind.entries.push(UnsafeCell::new(Entry {
                events: 0,
                restarts_left: kind.restarts,
                agent: None,
            }));
        }
        let Some(entry) = kind.entry(offset) else {
            return false;
        };
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
        if self.live & (1 << offset) == 0 {
            return None;
        }
        self.agents.pool().get(offset)
    }

    pub(crate) fn touch(&self, offset: usize) -> u32 {
        match &self.agents {
            Agents::Owned(pool) => pool.touch(offset),
            Agents::Kept(pool) => pool.touch(offset),
        }
    }

    /// Ends the agent at `offset`. The agent's own `drop` runs here.
    pub(crate) fn remove(&mut self, offset: usize) -> bool {
        let was_live = self.live & (1 << offset) != 0;
        self.live &= !(1 << offset);
        if was_live {
            self.agents.pool().remove(offset);
        }
        was_live
    }

    /// Gives the living agent at `offset` up to the thread that runs it: neither it nor its block's memory is ever
    /// touched or freed again.
    pub(crate) fn forfeit(&mut self, offset: usize) {
        self.live &= !(1 << offset);
        self.forfeited |= 1 << offset;
        if let Agents::Owned(_) = self.agents {
            let nobody = Agents::Owned(Box::new(Kind::<Box<dyn Agent>> {
                entries: Vec::new(),
                factory: None,
                restarts: 0,
            }));
            if let Agents::Owned(pool) = std::mem::replace(&mut self.agents, nobody) {
                self.agents = Agents::Kept(Box::leak(pool));
            }
        }
    }

    pub(crate) fn restart(&mut self, offset: usize, id: AgentId) -> bool {
        self.live & (1 << offset) != 0 && self.agents.pool().restart(offset, id)
    }

    /// Nobody lives here, nobody will, and the memory may be used anew.
    pub(crate) fn is_spent(&self) -> bool {
        self.live == 0 && self.expected == 0 && self.forfeited == 0
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
