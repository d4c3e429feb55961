//! `--counter instructions`: both sides under callgrind, each twice.

use std::time::{Duration, Instant};

use fabench_gate::{Comparison, CountedEvidence, Policy, Verdict, conclude_counted};
use fabench_harness::instructions::{CountError, Counter, is_installed};
use fabench_harness::protocol::Declaration;
use fabench_harness::runner::{Cancel, Executable, Limits};
use jiff::Timestamp;

use super::measure::Chosen;
use super::sides::Built;
use crate::pair::milliseconds;
use crate::screen::Screen;

/// Under callgrind everything takes some fifty times as long.
fn limits(memory_bytes: u64) -> Limits {
    Limits {
        start: Duration::from_secs(120),
        reply: Duration::from_secs(600),
        memory_bytes,
    }
}

/// Counts all that was chosen.
///
/// # Errors
/// If valgrind is missing.
pub(super) fn carry_out(
    chosen: &Chosen,
    sides: &[Built; 2],
    policy: &Policy,
    cancel: &Cancel,
    screen: &Screen,
) -> anyhow::Result<Comparison> {
    anyhow::ensure!(
        is_installed(),
        "valgrind is not there, and instructions are counted with it: install the package `valgrind`, or compare times \
         without --counter"
    );
    let counting = Counting {
        counter: Counter::new(limits(sides[1].limits().memory_bytes), cancel.clone()),
        executables: [sides[0].executable(), sides[1].executable()],
    };
    let mut evidence = Vec::new();
    for one in &chosen.evidence {
        if cancel.is_cancelled() {
            break;
        }
        // Other metrics of a benchmark have no counts of their own.
        if !one.primary {
            continue;
        }
        screen.progress(&format!("counting the instructions of {}", one.id));
        let begin = Instant::now();
        let declaration = chosen.declarations.iter().find(|known| known.id == one.id);
        let counted = match (&one.obstacle, declaration) {
            (Some(obstacle), _) => Err(obstacle.clone()),
            (None, Some(declaration)) => counting.both(declaration),
            (None, None) => continue,
        };
        let (counts, obstacle) = match counted {
            Ok(counts) => (counts, None),
            Err(obstacle) => ([[0.0; 2]; 2], Some(obstacle)),
        };
        evidence.push(CountedEvidence {
            id: one.id.clone(),
            parameters: one.parameters.clone(),
            baseline: counts[0],
            candidate: counts[1],
            spent_ms: milliseconds(begin.elapsed()),
            obstacle,
        });
    }
    let [baseline, candidate] = chosen.identities(sides, &Timestamp::now().to_string());
    Ok(conclude_counted(baseline, candidate, &evidence, policy))
}

struct Counting {
    counter: Counter,
    executables: [Executable; 2],
}

impl Counting {
    fn both(&self, benchmark: &Declaration) -> Result<[[f64; 2]; 2], (Verdict, String)> {
        if !benchmark.single_threaded {
            return Err((
                Verdict::NotComparable,
                "it does not qualify for counting: it is not declared single-threaded".into(),
            ));
        }
        let counts = || -> Result<[[f64; 2]; 2], CountError> {
            let [old, new] = &self.executables;
            let iterations = self.counter.batch(old, benchmark)?;
            let count = |side| self.counter.per_iteration(side, benchmark, iterations);
            Ok([[count(old)?, count(old)?], [count(new)?, count(new)?]])
        };
        counts().map_err(|error| {
            let verdict = match &error {
                CountError::Worker(_) => Verdict::Failed,
                _ => Verdict::NotComparable,
            };
            (verdict, error.to_string())
        })
    }
}
