//! What profiles say: shares of functions, what changed between two profiles, whether memory grows.
//!
//! Nothing here is judged. Every number comes with its sampling error, so that a difference of chance is not told as a
//! cause.

mod change;
mod growth;
mod share;
mod why;

pub use change::{FunctionChange, changes};
pub use growth::{Growth, growth};
pub use share::{Cost, FunctionShare, shares};
pub use why::Why;
