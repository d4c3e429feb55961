//! The suite's side of the protocol: one process measures one benchmark.
//!
//! Invariant: between two sub-samples of a round nothing is allocated, sent or received.

mod calibration;
mod channel;
mod containment;
mod counting;
mod link;
mod profiling;
mod serve;
mod session;
mod warmup;

pub(crate) use channel::from_environment;
pub use containment::die_with_parent;
pub(crate) use containment::watch;
pub(crate) use link::Link;
pub(crate) use serve::{Catalogue, serve};
pub(crate) use session::{Session, Shape};
