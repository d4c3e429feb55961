//! Which shard a block of agents lives on, readable by every sender without a lock.
//!
//! Invariant: an entry is written by the allocator only, and goes from empty to a place and back to empty once;
//! block numbers are never used again.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::AgentId;
use crate::id::AGENTS_PER_BLOCK;

use super::envelope::Target;

const FIRST_SEGMENT: u64 = 1024;
/// Segments double in size: 22 of them reach 2^32 blocks.
const SEGMENTS: usize = 23;

pub(crate) struct Directory {
    segments: [OnceLock<Box<[AtomicU64]>>; SEGMENTS],
}

impl Directory {
    pub(crate) fn new() -> Self {
        Self {
            segments: [const { OnceLock::new() }; SEGMENTS],
        }
    }

    /// The shard and the place there of agent `id`, if its block exists.
    #[inline]
    pub(crate) fn find(&self, id: AgentId) -> Option<(usize, Target)> {
        let block = id.block();
        let (segment, index) = position(block);
        let entry = self.segments.get(segment)?.get()?[index].load(Ordering::Acquire);
        if entry == 0 {
            return None;
        }
        let local_block = (entry & 0xffff_ffff) as u32;
        let target = Target {
            slot: local_block * AGENTS_PER_BLOCK as u32 + id.offset() as u32,
            tag: block as u32,
        };
        Some(((entry >> 32) as usize - 1, target))
    }

    pub(crate) fn insert(&self, block: u64, shard: usize, local_block: u32) {
        let (segment, index) = position(block);
        let entries = self.segments[segment].get_or_init(|| {
            (0..FIRST_SEGMENT << segment)
                .map(|_| AtomicU64::new(0))
                .collect()
        });
        let entry = ((shard as u64 + 1) << 32) | u64::from(local_block);
        entries[index].store(entry, Ordering::Release);
    }

    pub(crate) fn remove(&self, block: u64) {
        let (segment, index) = position(block);
        if let Some(entries) = self.segments.get(segment).and_then(OnceLock::get) {
            entries[index].store(0, Ordering::Release);
        }
    }
}

fn position(block: u64) -> (usize, usize) {
    let segment = (block / FIRST_SEGMENT + 1).ilog2();
    let start = FIRST_SEGMENT * ((1 << segment) - 1);
    (segment as usize, (block - start) as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_block_has_a_place_of_its_own() {
        let directory = Directory::new();
        let blocks: Vec<u64> = (0..5000).chain([1 << 20, 1 << 22]).collect();
        for &block in &blocks {
            directory.insert(block, (block % 7) as usize, block as u32);
        }
        for &block in &blocks {
            let id = AgentId::new(0, block * 64 + 5);
            let (shard, target) = directory.find(id).expect("the block was inserted");
            assert_eq!(shard, (block % 7) as usize);
            assert_eq!(target.slot, block as u32 * 64 + 5);
            assert_eq!(target.id(0), id);
        }
        directory.remove(17);
        assert_eq!(directory.find(AgentId::new(0, 17 * 64)), None);
        assert_eq!(directory.find(AgentId::new(0, 6000 * 64)), None);
        assert_eq!(directory.find(AgentId::new(0, (1 << 48) - 1)), None);
    }
}
