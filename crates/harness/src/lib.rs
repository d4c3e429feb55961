//! Define and measure benchmarks: everything between a closure and a [`fabench_record::Benchmark`].
//!
//! A suite is an ordinary executable that links this crate and hands its closures to [`Suite`]:
//!
//! ```no_run
//! use fabench_harness::{Benchmark, Suite, ensure};
//!
//! fn main() -> std::process::ExitCode {
//!     Suite::new("words", env!("CARGO_PKG_VERSION"))
//!         .add(Benchmark::new("split/spaces", "split a line of 8 words").single_threaded(), |b| {
//!             let line = "in the beginning was the word and more";
//!             b.iter(|| line.split(' ').count());
//!             ensure(line.split(' ').count() == 8, || "expected 8 words")
//!         })
//!         .main()
//! }
//! ```
//!
//! `fabench` starts that executable once per launch and speaks the [`protocol`] with it; [`runner`] holds the
//! tool's side: [`runner::Worker`] for one process, [`runner::run`] for a whole plan; [`side_by_side`] measures
//! two executables in turn.
//!
//! Invariants: nothing is timed while allocations are counted; a benchmark whose result is wrong fails and
//! yields no time; every sub-sample that was measured reaches the record; no process outlives its launch.

pub mod alloc;
mod bencher;
mod benchmark;
pub mod clock;
pub mod command;
pub mod environment;
mod failure;
pub mod instructions;
mod memory;
mod profile;
pub mod protocol;
pub mod runner;
pub mod secrets;
pub mod side_by_side;
mod stragglers;
mod suite;
mod worker;

pub use bencher::{Bencher, OpenLoop, Reporter, Schedule};
pub use benchmark::Benchmark;
pub use clock::{Stopwatch, Timed};
pub use failure::{Failure, ensure};
pub use memory::{peak_resident_bytes, resident_bytes};
pub use std::hint::black_box;
pub use suite::Suite;
pub use worker::die_with_parent;

pub use fabench_record::{Direction, Metric, Unit};

/// Pages whose code is compiled and run with the examples.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/from-criterion.md")]
mod pages {}
