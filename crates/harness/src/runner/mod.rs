//! The tool's side: starts suite executables, asks them for rounds, and makes records of the answers.
//!
//! [`Worker`] is one process measuring one benchmark; two of them can be asked in turn. [`run`] carries out a
//! whole [`Plan`]. Invariant: nothing a suite does (hang, crash, lie, flood, fill the memory, leave children) stops the tool,
//! exhausts its memory or outlives the launch.

mod cancel;
mod conversation;
mod directory;
mod error;
mod event;
mod executable;
mod launch;
mod memory_guard;
mod order;
mod plan;
mod printable;
mod profile;
mod progress;
mod run;
mod tail;
mod verify;
mod worker;

pub use cancel::Cancel;
pub use error::{Phase, Problem, WorkerError};
pub use event::Event;
pub use executable::Executable;
pub use plan::{Limits, Plan};
pub use profile::{ProfileOrder, take_profile};
pub(crate) use run::available_cores;
pub use run::{Finished, run};
pub use worker::{Offer, Worker, offer};
