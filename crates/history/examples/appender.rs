//! Appends runs to a history and says each id once it is recorded, until it is killed: for the tests that kill it.
//!
//! `appender PLACE PREFIX`

use std::io::Write as _;

use fabench_history::{History, Location};
use fabench_record::Run;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(place), Some(prefix)) = (arguments.next(), arguments.next()) else {
        return Err("usage: appender PLACE PREFIX".into());
    };
    let mut history = History::at(&Location::of(&place))?;
    let mut run = Run::from_json(include_bytes!("../../record/tests/data/run_v1.json"))?;
    let begin: jiff::Timestamp = "2026-09-01T00:00:00Z".parse()?;
    let mut out = std::io::stdout().lock();
    for number in 0i64.. {
        run.id = format!("{prefix}-{number}");
        run.started_at = (begin + jiff::SignedDuration::from_mins(number)).to_string();
        // Tells the writers' runs apart, whatever they are called.
        run.duration_ms = u64::from(std::process::id());
        history.append(&run)?;
        writeln!(out, "{}", run.id)?;
        out.flush()?;
    }
    Ok(())
}
