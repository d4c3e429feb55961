//! Profiles of a launch that is not measured: where its CPU time or its memory goes.
//!
//! [`cpu`] and [`heap`] sample call stacks, [`names`] turns addresses into functions and leaves out the plumbing around the
//! benchmark, [`collect`] bounds what is kept. Invariant: nothing here runs in a launch whose times are used, and a
//! profile that can't be taken never fails the benchmark.

mod collect;
pub(crate) mod cpu;
pub(crate) mod heap;
mod names;

pub(crate) use collect::Collector;
