//! Scratch space that the agents of a shard's thread share.
//!
//! Invariant: it belongs to the thread, not to the shard: a thread that lost its shard keeps what its agent borrows.

use std::any::{Any, TypeId};
use std::collections::HashMap;

#[derive(Default)]
pub(crate) struct Scratch(HashMap<TypeId, Box<dyn Any>>);

impl Scratch {
    /// Space of type `T`, made by `make` at first use.
    pub(crate) fn of<T: 'static>(&mut self, make: impl FnOnce() -> T) -> &mut T {
        let space = self
            .0
            .entry(TypeId::of::<T>())
            .or_insert_with(|| Box::new(make()) as Box<dyn Any>);
        match space.downcast_mut::<T>() {
            Some(space) => space,
            None => unreachable!("the map is keyed by type"),
        }
    }
}
