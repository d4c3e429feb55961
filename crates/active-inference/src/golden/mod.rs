//! Recorded runs of pymdp (`aif-golden/1`) and their recomputation: how parity is shown.
//!
//! Invariant: a replay uses nothing but the public interface of agents, and feeds the *recorded* action into the next
//! step, so that an exact tie cannot fork the trajectory.
//!
//! ```no_run
//! let json = std::fs::read_to_string("golden.json")?;
//! for (name, result) in active_inference::golden::replay_file(&json)? {
//!     println!("{name}: {:e}", result?.worst);
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod compare;
mod replay;
mod schema;

pub use compare::Report;
pub use replay::{replay, replay_file};
pub use schema::{GoldenFile, GoldenModel, GoldenStep, LearningFlags};
