//! The campaign `names`: benchmarks, metrics, units, parameters and all else that is text, drawn from what breaks pages,
//! comments, terminals, tables and folders.
//!
//! Promised: what comes in is refused or kept as it is; every output holds it as text and nothing else; every file stays in
//! its folder.

mod blocks;
mod documents;
mod judge;
mod outputs;
mod project;
mod rounds;

use std::time::Instant;

use anyhow::Context as _;

use crate::tool::Effort;
use blocks::Pen;
use outputs::Shapes;
use project::Project;

/// What was done and seen.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    /// Documents and suites that were not taken.
    refused: u64,
    outputs: u64,
}

/// Draws for about `effort`, and the figures.
pub(crate) fn run(effort: Effort) -> anyhow::Result<String> {
    let (mut projects, mut names, mut calls) = (0_u64, 0, 0);
    let mut shapes = Shapes::default();
    // What pages are made of, from harmless names.
    for way in rounds::ALL {
        for seed in 0..way.harmless {
            let mut pen = Pen::new(seed, true);
            let project = Project::new()?;
            (way.torture)(&project, &mut pen, &mut shapes, &mut Tally::default())
                .with_context(|| format!("{} with harmless names", way.name))?;
        }
    }
    shapes.are_known();
    let mut tally = Tally::default();
    let began = Instant::now();
    // The shortest campaign has seen each kind.
    while projects < rounds::ALL.len() as u64 || began.elapsed() < effort.time {
        let way = rounds::ALL[(projects % rounds::ALL.len() as u64) as usize];
        let seed = effort.seed.wrapping_mul(1_000_003).wrapping_add(projects);
        let mut pen = Pen::new(seed, false);
        let project = Project::new()?;
        (way.torture)(&project, &mut pen, &mut shapes, &mut tally)
            .and_then(|()| project.judge_folders())
            .with_context(|| format!("{}, drawn by {seed}", way.name))?;
        projects += 1;
        names += pen.drawn;
        calls += project.calls();
    }
    let Tally { refused, outputs } = tally;
    Ok(format!(
        "{projects} projects with {names} drawn texts: {refused} documents and suites refused; {outputs} outputs of {calls} calls hold them as text, no file outside its folder"
    ))
}
