//! What the set of free slots synchronises by, in one place, so that a model checker can take it over
//! (`tests/free_set_model.rs`).

pub(super) use std::sync::atomic::{AtomicU64, Ordering};
