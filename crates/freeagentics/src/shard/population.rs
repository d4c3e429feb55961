//! Agents come and go.
//!
//! Invariant: an agent's mailbox opens before it is spawned and closes before it ends, so that a sender is told the
//! truth at once; what still waited in it becomes a dead letter.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::AgentId;
use crate::agent::Agent;
use crate::id::AGENTS_PER_BLOCK;
use crate::observe::EventKind;
use crate::placement::BlockPlace;

use super::Shard;
use super::block::{Block, Factory};
use super::envelope::Target;
use super::recover::describe;

impl Shard {
    fn make_place(&mut self, place: BlockPlace, make: impl FnOnce() -> Block) -> &mut Block {
        let local = place.local as usize;
        if self.blocks.len() <= local {
            self.blocks.resize_with(local + 1, || None);
        }
        let slot = &mut self.blocks[local];
        if slot
            .as_ref()
            .is_none_or(|block| block.tag != place.number as u32)
        {
            *slot = Some(make());
        }
        slot.get_or_insert_with(|| unreachable!("the place was filled above"))
    }

    /// One agent of a block for `expected` agents, each of its own kind.
    pub(crate) fn settle_one(
        &mut self,
        place: BlockPlace,
        expected: usize,
        offset: usize,
        agent: Box<dyn Agent>,
        events: u32,
    ) {
        let block = self.make_place(place, || {
            Block::new::<Box<dyn Agent>>(place.number as u32, expected, None, 0)
        });
        if block.put(offset, agent, events) {
            self.core.counts.agents += 1;
        }
    }

    /// A block of `count` agents made by `factory`, here and now.
    pub(crate) fn settle_block<A: Agent>(
        &mut self,
        place: BlockPlace,
        count: usize,
        factory: &Factory<A>,
        restarts: u16,
    ) {
        let node = self.core.node();
        let mut block =
            Block::new::<A>(place.number as u32, count, Some(factory.clone()), restarts);
        let mut failed = Vec::new();
        for offset in 0..count {
            let target = place.target(offset);
            match catch_unwind(AssertUnwindSafe(|| factory(target.id(node)))) {
                Ok(agent) => {
                    if block.put(offset, agent, 0) {
                        self.core.counts.agents += 1;
                    }
                }
                Err(panic) => {
                    block.miss();
                    failed.push((target, describe(&*panic)));
                }
            }
        }
        self.make_place(place, || block);
        for (target, reason) in failed {
            tracing::error!(agent = %target.id(node), %reason, "the agent's factory panicked");
            self.end(target, &format!("its factory panicked: {reason}"));
        }
    }

    /// Ends an agent: closes its mailbox, drops it, forgets its topics, gives its block back when empty.
    pub(crate) fn end(&mut self, target: Target, reason: &str) {
        let shared = self.core.shared.clone();
        shared.inboxes[self.core.index].lock().close_mailbox(target);
        let id = target.id(self.core.node());
        let Some(block) = self.block(target) else {
            return;
        };
        let removed = catch_unwind(AssertUnwindSafe(|| block.remove(target.offset())));
        let spent = block.is_spent();
        match removed {
            Ok(false) if !spent => return,
            Ok(was_live) => self.core.counts.agents -= u64::from(was_live),
            Err(panic) => {
                self.core.counts.agents -= 1;
                tracing::error!(agent = %id, reason = describe(&*panic), "the agent panicked while it was dropped");
            }
        }
        tracing::debug!(agent = %id, reason, "agent stopped");
        self.tell(target, || EventKind::Stopped {
            reason: reason.to_owned(),
        });
        self.core.topics.forget(target);
        if spent {
            self.blocks[target.local_block()] = None;
            let place = BlockPlace {
                number: id.number() / AGENTS_PER_BLOCK as u64,
                shard: self.core.index,
                local: target.local_block() as u32,
            };
            shared.allocator.lock().free(&shared.directory, place);
        }
    }

    /// Hands each living agent to `visit`, with the number of its events.
    pub(crate) fn visit(&mut self, mut visit: impl FnMut(AgentId, u32, &dyn Agent)) {
        let node = self.core.node();
        for target in self.targets() {
            if let Some((events, agent)) = self
                .block(target)
                .and_then(|block| block.get(target.offset()))
            {
                visit(target.id(node), *events, agent);
            }
        }
    }

    pub(crate) fn stop(&mut self) {
        self.stopping = true;
    }
}
