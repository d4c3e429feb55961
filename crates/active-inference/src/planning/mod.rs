//! Planning: expected free energy of policies and the posterior over them.
//!
//! Invariant: G has pymdp's sign, the negative expected free energy (larger is better).

pub(crate) mod efe;
pub(crate) mod posterior;
pub(crate) mod tree;
pub(crate) mod window_plan;

pub use efe::Term;
pub(crate) use efe::{Scratch, Terms};
