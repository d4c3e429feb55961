//! Appends runs to a history and says each id once it is recorded, until it is killed: for the tests that kill it.
//!
//! `appender append|prune PLACE PREFIX [stubborn]`: as `prune`, what it appends is old, and it deletes what is old again and
//! again. Whoever is stubborn tries again what failed.

use std::io::Write as _;
use std::time::Duration;

use fabench_history::{History, HistoryError, Location, Retention};
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
        return Err("usage: appender append|prune PLACE PREFIX [stubborn]".into());
    };
    let attempts = if arguments.next().is_some() {
        usize::MAX
    } else {
        1
    };
    let prunes = role == "prune";
    let mut history = attempt(attempts, || History::at(&Location::of(&place)))?;
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
        attempt(attempts, || history.append(&run))?;
        if prunes && number % 3 == 2 {
            attempt(attempts, || history.prune(&KEPT, now, &[]))?;
        }
        writeln!(out, "{}", run.id)?;
        out.flush()?;
    }
    Ok(())
}

/// What `work` brings at last, in so many attempts at most.
fn attempt<T>(
    attempts: usize,
    mut work: impl FnMut() -> Result<T, HistoryError>,
) -> Result<T, HistoryError> {
    for _ in 1..attempts {
        match work() {
            // A server that is gone refuses at once.
            Err(_) => std::thread::sleep(Duration::from_millis(20)),
            done => return done,
        }
    }
    work()
}
