//! What the tool and a suite executable say to each other: JSON, one message a line.
//!
//! The channel is a socket whose descriptor the tool names in [`WORKER_FD`]; standard output and error belong to
//! the benchmark. The suite speaks first ([`Reply::Hello`]); after that every [`Command`] has one [`Reply`].
//! Invariant: a message of another [`PROTOCOL_VERSION`] is never interpreted.

mod line;
mod message;
#[cfg(test)]
mod wire_tests;

pub use line::{LineBuffer, LineTooLong, MAX_LINE_BYTES};
pub use message::{Command, Declaration, Done, Hello, Ready, Reply, Sampling, Start};

/// Environment variable that holds the number of the descriptor to speak on.
pub const WORKER_FD: &str = "FABENCH_WORKER_FD";

/// Version of the messages. Both sides must have the same.
pub const PROTOCOL_VERSION: u32 = 1;

/// How the name of the directory begins in which a launch keeps its temporary files.
pub(crate) const DIRECTORY_PREFIX: &str = "fabench-launch-";
