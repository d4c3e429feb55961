//! Why it got slower: both sides of each regression profiled, and the functions told that grew.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context as _;
use fabench_gate::{Comparison, Cost, Verdict, Why, changes};
use fabench_harness::protocol::Declaration;
use fabench_harness::runner::{Cancel, ProfileOrder};
use fabench_record::ProfileKind;
use fabench_report::changes_in;

use super::folder::ProfileFolder;
use super::take;
use crate::compare::sides::Built;
use crate::offer::offer;
use crate::screen::Screen;

/// Functions that are told for each kind of profile.
const TOLD: usize = 3;

/// Profiles both sides of every regression and notes in `comparison` what grew. Flame graphs go to `folder`; a CPU profile
/// samples `time` of each side.
///
/// # Errors
/// When a suite does not answer or a file can't be written.
pub(crate) fn explain_regressions(
    comparison: &mut Comparison,
    [baseline, candidate]: [&Built; 2],
    (folder, time): (PathBuf, Duration),
    cancel: &Cancel,
    screen: &Screen,
) -> anyhow::Result<()> {
    let regressed = |verdict| verdict == Verdict::Regression;
    if !comparison
        .benchmarks
        .iter()
        .any(|one| regressed(one.verdict))
    {
        return Ok(());
    }
    let known = offer(&candidate.executable(), candidate.limits(), cancel)
        .context("the candidate can't be profiled")?;
    let folder = ProfileFolder::new(&folder);
    for entry in &mut comparison.benchmarks {
        if !regressed(entry.verdict) || cancel.is_cancelled() {
            continue;
        }
        let Some(declaration) = known.benchmarks.iter().find(|one| one.id == entry.id) else {
            continue;
        };
        for kind in ProfileKind::ALL {
            let sides = [(baseline, "baseline's "), (candidate, "candidate's ")];
            let profiles = sides.map(|(side, whose)| {
                take(&order(side, declaration, kind, time), whose, cancel, screen)
            });
            let [Some(before), Some(now)] = profiles else {
                continue;
            };
            let grown = changes_in(&changes(&before, &now, Cost::of(kind)), TOLD);
            let why = entry.why.get_or_insert_with(Why::default);
            match kind {
                ProfileKind::Cpu => why.cpu_time = Some(grown),
                ProfileKind::Memory => why.allocated_bytes = Some(grown),
            }
            if let Some(path) = folder.save_change(&entry.id, &before, &now)? {
                why.flame_graphs.push(path.display().to_string());
            }
        }
    }
    Ok(())
}

fn order<'a>(
    side: &'a Built,
    declaration: &'a Declaration,
    kind: ProfileKind,
    time: Duration,
) -> ProfileOrder<'a> {
    ProfileOrder {
        executable: &side.executable,
        declaration,
        kind,
        time,
        limits: side.limits(),
    }
}
