//! Appends runs to a history and says each id once it is recorded, until it is killed: for the tests that kill it.
//!
//! `appender append|prune PLACE PREFIX`: as `prune`, what it appends is old, and it deletes what is old again and again.

use std::io::Write as _;

use fabench_history::{History, Location, Retention};
use fabench_record::Run;

const KEPT: Retention = Retention {
    days: 90,
    delete: true,
};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(role), Some(place), Some(prefix)) =
        (arguments.next(), arguments.next(), arguments.next())
    else {
        return Err("usage: appender append|prune PLACE PREFIX".into());
    };
    let prunes = role == "prune";
    let mut history = History::at(&Location::of(&place))?;
    let mut run = Run::from_json(include_bytes!("../../record/tests/data/run_v1.json"))?;
    let (begin, id): (jiff::Timestamp, _) = if prunes {
        ("2025-09-01T00:00:00Z".parse()?, format!("old-{prefix}"))
    } else {
        ("2026-09-01T00:00:00Z".parse()?, prefix)
    };
    let now: jiff::Timestamp = "2026-10-01T00:00:00Z".parse()?;
    let mut out = std::io::stdout().lock();
    for number in 0i64.. {
        run.id = format!("{id}-{number}");
        run.started_at = (begin + jiff::SignedDuration::from_mins(number)).to_string();
        // Tells the writers' runs apart, whatever they are called.
        run.duration_ms = u64::from(std::process::id());
        history.append(&run)?;
        if prunes && number % 3 == 2 {
            history.prune(&KEPT, now, &[])?;
        }
        writeln!(out, "{}", run.id)?;
        out.flush()?;
    }
    Ok(())
}
