//! What every fuzz target does: bytes of any kind are refused with a reason, or read to a run that can be saved.
//!
//! `cargo +nightly fuzz run go -- -max_total_time=60` with cargo-fuzz; the files in `crates/record/tests/data/formats` are
//! a good corpus to begin with.

use fabench_record::Run;
use fabench_record::formats::{Document, named, recognise};

/// Reads `bytes` in the format called `format`.
///
/// # Panics
/// If a reader panics, or accepts what can't be saved: that is what is looked for.
pub fn read(format: &str, bytes: &[u8]) {
    let Ok(document) = Document::new("some/file", bytes) else {
        return;
    };
    let _ = recognise(&document);
    let format = named(format).expect("targets are named after formats");
    let Ok(runs) = format.read(&document) else {
        return;
    };
    for imported in runs {
        let run = imported.into_run("an-id".into(), "2026-11-25T10:00:00Z".into());
        let bytes = serde_json::to_vec(&run).expect("a run can be written");
        let read = Run::from_json(&bytes).expect("what was read can be saved");
        assert_eq!(read, run);
    }
}
