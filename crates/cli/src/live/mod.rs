//! Runs that can be watched: each tells its progress to a file in `.fabench/live/`, which `fabench serve` reads.
//!
//! The writer holds a lock on its file for as long as it lives, however it ends, so a file without a lock is of the
//! past. Invariant: watching never hinders a run, and nothing is written while a round is measured.

mod event;
mod reader;
mod writer;

use std::path::PathBuf;

use crate::config::Config;

pub(crate) use event::{Progress, Told};
pub(crate) use reader::Reader;
pub(crate) use writer::Writer;

/// Where the files are.
fn folder(config: &Config) -> PathBuf {
    config.cache().join("live")
}

/// Name of the files' extension; what is still without its lock has another.
const EXTENSION: &str = "jsonl";
