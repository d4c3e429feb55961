//! The set of free slots with the real atomics; its file has no tests, because a model checker compiles it, too.

use std::collections::HashSet;

use super::free_set::FreeSet;

#[test]
fn every_slot_is_claimed_once_and_comes_back() {
    for slots in [1, 2, 3, 63, 64, 65, 200] {
        let set = FreeSet::new(slots);
        for _ in 0..2 {
            let claimed: HashSet<usize> = std::iter::from_fn(|| set.claim()).collect();
            assert_eq!((claimed.len(), set.count()), (slots, 0));
            assert!(claimed.iter().all(|&slot| slot < set.len()));
            claimed.into_iter().for_each(|slot| set.release(slot));
            assert_eq!(set.count(), slots);
        }
    }
}
