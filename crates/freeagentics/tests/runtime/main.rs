//! The runtime's promises, each as a test.

mod accounting;
mod backpressure;
mod explorers;
mod given_up;
mod log;
#[path = "../log_lines/mod.rs"]
mod log_lines;
mod order;
mod panics;
mod population;
mod reproducibility;
mod requests;
mod snapshots;
mod stuck;
mod support;
mod topics;
mod watching;
