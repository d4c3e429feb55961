//! Which number an agent gets, and on which shard it lives.
//!
//! Invariant: numbers depend on the order of spawns only, never on the number of shards, so that one seed gives the
//! same agents on any machine.

use std::collections::HashMap;

use crate::AgentId;
use crate::error::RuntimeError;
use crate::id::AGENTS_PER_BLOCK;
use crate::shard::{Directory, Target};

/// Where a bulk spawn puts its agents.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Placement {
    /// Over all shards, 64 neighbours at a time.
    #[default]
    Spread,
    /// All on one shard: agents that talk mostly among themselves.
    Together,
    /// All on the shard of this agent.
    Near(AgentId),
}

/// A shard holds at most this many blocks: slots are 32-bit and one value is reserved.
const BLOCKS_PER_SHARD: u32 = u32::MAX / AGENTS_PER_BLOCK as u32 - 1;

pub(crate) struct Allocator {
    node: u16,
    next_block: u64,
    next_shard: usize,
    shards: Vec<LocalBlocks>,
    /// Blocks of single spawns that still have room: the general one, and one per neighbourhood.
    open: HashMap<Option<u64>, OpenBlock>,
}

#[derive(Default)]
struct LocalBlocks {
    next: u32,
    free: Vec<u32>,
}

struct OpenBlock {
    number: u64,
    used: usize,
}

/// A block's number, shard and place there.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BlockPlace {
    pub(crate) number: u64,
    pub(crate) shard: usize,
    pub(crate) local: u32,
}

impl BlockPlace {
    pub(crate) fn target(&self, offset: usize) -> Target {
        Target {
            slot: self.local * AGENTS_PER_BLOCK as u32 + offset as u32,
            tag: self.number as u32,
        }
    }
}

impl Allocator {
    pub(crate) fn new(node: u16, shards: usize) -> Self {
        Self {
            node,
            next_block: 0,
            next_shard: 0,
            shards: (0..shards).map(|_| LocalBlocks::default()).collect(),
            open: HashMap::new(),
        }
    }

    fn new_block(
        &mut self,
        directory: &Directory,
        shard: usize,
        number: u64,
    ) -> Result<BlockPlace, RuntimeError> {
        let blocks = &mut self.shards[shard];
        let local = match blocks.free.pop() {
            Some(local) => local,
            None if blocks.next < BLOCKS_PER_SHARD => {
                blocks.next += 1;
                blocks.next - 1
            }
            None => return Err(too_many()),
        };
        if number >= u64::from(u32::MAX) {
            return Err(too_many());
        }
        directory.insert(number, shard, local);
        self.next_block = self.next_block.max(number + 1);
        Ok(BlockPlace {
            number,
            shard,
            local,
        })
    }

    fn turn(&mut self) -> usize {
        let shard = self.next_shard;
        self.next_shard = (shard + 1) % self.shards.len();
        shard
    }

    /// A place for one agent, and whether its block is new.
    pub(crate) fn single(
        &mut self,
        directory: &Directory,
        near: Option<AgentId>,
    ) -> Result<(AgentId, BlockPlace), RuntimeError> {
        let shard_near = near
            .and_then(|id| directory.find(id))
            .map(|(shard, _)| shard);
        if let (Some(id), None) = (near, shard_near) {
            return Err(RuntimeError::Gone { id });
        }
        let key = near.map(AgentId::block);
        let full = |open: &OpenBlock| open.used >= AGENTS_PER_BLOCK;
        if self.open.get(&key).is_none_or(full) {
            let shard = shard_near.unwrap_or_else(|| self.turn());
            let number = self.next_block;
            self.new_block(directory, shard, number)?;
            self.open.insert(key, OpenBlock { number, used: 0 });
        }
        let open = self.open.get_mut(&key).ok_or(RuntimeError::Closed)?;
        let id = AgentId::new(
            self.node,
            open.number * AGENTS_PER_BLOCK as u64 + open.used as u64,
        );
        let number = open.number;
        open.used += 1;
        if key.is_some() && open.used >= AGENTS_PER_BLOCK {
            self.open.remove(&key);
        }
        let (shard, target) = directory.find(id).ok_or(RuntimeError::Closed)?;
        let local = target.local_block() as u32;
        Ok((
            id,
            BlockPlace {
                number,
                shard,
                local,
            },
        ))
    }

    /// Whole blocks for `count` agents, with consecutive numbers.
    pub(crate) fn bulk(
        &mut self,
        directory: &Directory,
        count: usize,
        placement: Placement,
    ) -> Result<Vec<BlockPlace>, RuntimeError> {
        let fixed = match placement {
            Placement::Spread => None,
            Placement::Together => Some(self.turn()),
            Placement::Near(id) => {
                let (shard, _) = directory.find(id).ok_or(RuntimeError::Gone { id })?;
                Some(shard)
            }
        };
        let blocks = count.div_ceil(AGENTS_PER_BLOCK);
        if blocks as u64 > u64::from(BLOCKS_PER_SHARD) {
            return Err(too_many());
        }
        (0..blocks)
            .map(|_| {
                let shard = fixed.unwrap_or_else(|| self.turn());
                let number = self.next_block;
                self.new_block(directory, shard, number)
            })
            .collect()
    }

    /// Whether [`Allocator::returning`] would refuse.
    pub(crate) fn check_returning(
        &self,
        directory: &Directory,
        id: AgentId,
    ) -> Result<(), RuntimeError> {
        match directory.find(id) {
            Some(_) => Err(RuntimeError::IdTaken { id }),
            None => Ok(()),
        }
    }

    /// The block with this number, for agents that come back with their old ids.
    pub(crate) fn returning(
        &mut self,
        directory: &Directory,
        id: AgentId,
    ) -> Result<BlockPlace, RuntimeError> {
        self.check_returning(directory, id)?;
        let shard = self.turn();
        self.new_block(directory, shard, id.block())
    }

    pub(crate) fn free(&mut self, directory: &Directory, place: BlockPlace) {
        directory.remove(place.number);
        self.shards[place.shard].free.push(place.local);
    }
}

fn too_many() -> RuntimeError {
    RuntimeError::TooManyAgents {
        limit: BLOCKS_PER_SHARD as usize * AGENTS_PER_BLOCK,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_do_not_depend_on_shards() {
        let numbers = |shards| {
            let directory = Directory::new();
            let mut allocator = Allocator::new(0, shards);
            let mut ids = Vec::new();
            for _ in 0..70 {
                ids.push(allocator.single(&directory, None).expect("room").0.number());
            }
            for place in allocator
                .bulk(&directory, 130, Placement::Together)
                .expect("room")
            {
                ids.push(place.number);
            }
            let near = AgentId::new(0, ids[0]);
            ids.push(
                allocator
                    .single(&directory, Some(near))
                    .expect("room")
                    .0
                    .number(),
            );
            ids.push(allocator.single(&directory, None).expect("room").0.number());
            ids
        };
        assert_eq!(numbers(1), numbers(2));
        assert_eq!(numbers(1), numbers(7));
    }

    #[test]
    fn neighbours_share_a_shard() {
        let directory = Directory::new();
        let mut allocator = Allocator::new(0, 4);
        let places = allocator
            .bulk(&directory, 1000, Placement::Spread)
            .expect("room");
        let first = AgentId::new(0, places[3].number * 64 + 7);
        for _ in 0..100 {
            let (_, place) = allocator.single(&directory, Some(first)).expect("room");
            assert_eq!(place.shard, places[3].shard);
        }
        let together = allocator
            .bulk(&directory, 1000, Placement::Near(first))
            .expect("room");
        assert!(together.iter().all(|place| place.shard == places[3].shard));
    }

    #[test]
    fn a_place_is_used_again_but_never_a_number() {
        let directory = Directory::new();
        let mut allocator = Allocator::new(0, 1);
        let old = allocator
            .bulk(&directory, 1, Placement::Spread)
            .expect("room")[0];
        allocator.free(&directory, old);
        let new = allocator
            .bulk(&directory, 1, Placement::Spread)
            .expect("room")[0];
        assert_eq!(new.local, old.local);
        assert_ne!(new.number, old.number);
        assert_eq!(directory.find(AgentId::new(0, old.number * 64)), None);
    }
}
