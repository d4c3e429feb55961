//! Watching agents: what they observe, believe and do, and what happens to them.
//!
//! Invariant: a watcher never slows an agent; one that reads too slowly misses the newest events, and is told how many.

mod event;
mod tap;

pub use event::{Event, EventKind, Moment};
pub(crate) use tap::Taps;
pub use tap::{Filter, Watcher};

/// A topic's name, shared by all that mention it.
pub(crate) type TopicName = std::sync::Arc<str>;
