//! One fuzz target for everything that reads what others wrote.
//!
//! ```sh
//! cargo xtask torture --only parsers        # all, each for its share of the time
//! FABENCH_FUZZ=list cargo fuzz run --features libfuzzer --dev -s none parsers                          # their names
//! FABENCH_FUZZ=go   cargo fuzz run --features libfuzzer --dev -s none parsers -- -max_total_time=60    # one of them
//! ```
//!
//! Promised of each: bytes are refused with a reason, or read to something that can be written and reads back the same.
//! Whoever breaks the promise, panics, takes more than ten seconds or more than the memory limit is a finding.
//!
//! * One executable for all, since building and linking all that they use takes longer than many a campaign.
//! * Without a sanitizer (`-s none`): the parsers are safe code, whose mistakes are panics; the few files with `unsafe` code
//!   are run under valgrind (`docs/unsafe.md`). Without one, the toolchain that is pinned builds it, in a fraction of the
//!   time, and runs it several times as fast. `cargo +nightly fuzz run` without `-s none` has AddressSanitizer as well.
//! * The test `damage` needs no fuzzer: it damages the seeds at random, for three seconds each.
//! * `FABENCH_FUZZ_SEEDS=FOLDER` has files to begin with written into `FOLDER`, and words to put into them into `FOLDER.words`,
//!   for `-dict`.

#![forbid(unsafe_code)]

#[allow(
    dead_code,
    unused_imports,
    unreachable_pub,
    reason = "the tool uses what the target does not"
)]
#[path = "../../crates/cli/src/config/mod.rs"]
mod config;
mod results;
mod runtime;
#[allow(dead_code, reason = "the tool uses what the target does not")]
#[path = "../../crates/cli/src/secret.rs"]
mod secret;
mod seeds;
mod tool;

pub use seeds::{words, write as write_seeds};

/// Reads bytes and looks whether the promise is kept; panics if not.
pub type Read = dyn Fn(&[u8]) + Send + Sync;

/// Something that reads bytes.
pub struct Parser {
    /// What `FABENCH_FUZZ` says.
    pub name: &'static str,
    /// How it does that.
    pub read: Box<Read>,
    /// What it accepts, to begin with.
    pub seeds: Vec<Vec<u8>>,
}

impl Parser {
    fn new(
        name: &'static str,
        seeds: Vec<Vec<u8>>,
        read: impl Fn(&[u8]) + Send + Sync + 'static,
    ) -> Self {
        Self {
            name,
            read: Box::new(read),
            seeds,
        }
    }
}

/// All of them.
pub fn all() -> Vec<Parser> {
    let mut all = results::parsers();
    all.extend(tool::parsers());
    all.extend(runtime::parsers());
    all
}

/// A reason is some words in one or more lines, without what terminals take for commands.
fn is_reason(said: &str) {
    assert!(!said.is_empty(), "refused without a reason");
    let odd = |c: char| c.is_control() && !matches!(c, '\n' | '\t');
    assert!(!said.chars().any(odd), "{said:?}");
}
