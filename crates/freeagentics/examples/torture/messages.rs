//! The campaign `messages`: one random scenario after another.
//!
//! Promised: conservation of messages, whatever panics, is full or ends in the middle; a scenario that breaks it is named.

use std::time::Instant;

use anyhow::Context as _;
use rand::SeedableRng as _;
use rand_pcg::Pcg64;

use crate::Effort;
use crate::scenario::{PLANNED, Scenario};

/// Scenarios for about `effort`, and the figures.
pub(crate) fn run(effort: Effort) -> anyhow::Result<String> {
    be_silent_about_planned_panics();
    let begin = Instant::now();
    let mut rng = Pcg64::seed_from_u64(effort.seed);
    let (mut scenarios, mut sent, mut rejected, mut dead) = (0_u64, 0, 0, 0);
    while scenarios == 0 || begin.elapsed() < effort.time() {
        let scenario = Scenario::draw(&mut rng);
        let stats = scenario.run().with_context(|| format!("{scenario:?}"))?;
        scenarios += 1;
        sent += stats.sent;
        rejected += stats.rejected;
        dead += stats.dead_lettered;
    }
    Ok(format!(
        "{scenarios} scenarios, {sent} messages, all accounted for: {rejected} rejected, {dead} dead letters, the rest handled"
    ))
}

fn be_silent_about_planned_panics() {
    let others = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        let planned = info
            .payload_as_str()
            .is_some_and(|said| said.contains(PLANNED));
        if !planned {
            others(info);
        }
    }));
}
