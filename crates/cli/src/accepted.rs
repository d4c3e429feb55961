//! Slow-downs that somebody accepted: by flag, by environment, or by a trailer in the commits that are judged.
//!
//! Invariant: a trailer counts only between baseline and candidate, so that what was accepted once is not accepted for
//! ever.

use std::path::Path;

use fabench_gate::{Acceptance, Comparison};

use crate::compare::revision::git;
use crate::config::Config;
use crate::exit::UsageError;
use crate::screen::Screen;

/// Where a pull request's label arrives: one acceptance a line.
const VARIABLE: &str = "FABENCH_ACCEPT";

/// All that is accepted in `comparison`.
pub(crate) fn of(
    config: &Config,
    comparison: &Comparison,
    flags: &[String],
    screen: &Screen,
) -> anyhow::Result<Vec<Acceptance>> {
    let mut accepted = Vec::new();
    for (place, value) in flags.iter().map(|flag| ("--accept", flag.as_str())) {
        accepted.push(parse(place, value)?);
    }
    let variable = std::env::var(VARIABLE).unwrap_or_default();
    for line in variable.lines().filter(|line| !line.trim().is_empty()) {
        accepted.push(parse(VARIABLE, line)?);
    }
    if let (Some(baseline), Some(candidate)) =
        (&comparison.baseline.commit, &comparison.candidate.commit)
    {
        accepted.extend(trailers(&config.root, baseline, candidate, screen));
    }
    Ok(accepted)
}

fn parse(place: &str, value: &str) -> Result<Acceptance, UsageError> {
    Acceptance::parse(value).map_err(|error| UsageError(format!("{place}: {error}")))
}

/// What the commits after `baseline` up to `candidate` accept; a trailer that can't be read is told and accepts nothing.
fn trailers(root: &Path, baseline: &str, candidate: &str, screen: &Screen) -> Vec<Acceptance> {
    let range = format!("{baseline}..{candidate}");
    let listed = git(
        root,
        &[
            "log",
            "--format=%h%x09%(trailers:key=Perf-Accept,valueonly,unfold,separator=%x09)",
            "--end-of-options",
            &range,
        ],
    );
    let text = match listed {
        Ok(text) => text,
        Err(_) if baseline == candidate => return Vec::new(),
        Err(error) => {
            screen.warn(&format!(
                "no `Perf-Accept:` is looked for between {baseline} and {candidate}: {error:#}; fetch these commits if \
                 one accepts a slow-down"
            ));
            return Vec::new();
        }
    };
    let mut accepted = Vec::new();
    for line in text.lines() {
        let mut parts = line.split('\t');
        let commit = parts.next().unwrap_or_default();
        for value in parts.filter(|value| !value.is_empty()) {
            match Acceptance::parse(value) {
                Ok(one) => accepted.push(Acceptance {
                    reason: format!("{} (commit {commit})", one.reason),
                    ..one
                }),
                Err(error) => screen.warn(&format!("commit {commit}: {error}")),
            }
        }
    }
    accepted
}
