//! Makes a scratch git repository with simulated days of commits, and a history of SIMULATED runs of them.
//!
//! `cargo xtask simulate-history DIR`: to look at trends, dashboards and change points whose truth is known. Nothing is
//! measured: the values are drawn, with a step at a known commit, a ramp, a spike, noise, and two machine classes. What
//! is written has the form of what `fabench run --record` writes; `simulated.json` tells the truth.

mod changes;
mod records;
mod repository;

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use fabench_gate::{Policy, accept, compare};
use fabench_history::History;
use fabench_record::{Baseline, Run};
use jiff::{SignedDuration, Timestamp};
use rand::SeedableRng as _;
use rand_pcg::Pcg64;
use serde::Serialize;

use changes::Shape;
use records::Machine;
use repository::Commit;

/// What is simulated.
pub(crate) struct Plan {
    pub(crate) folder: PathBuf,
    pub(crate) days: u32,
    pub(crate) seed: u64,
    pub(crate) benchmarks: usize,
}

fn main() -> Result<(), Box<dyn Error>> {
    simulate(&plan(std::env::args().skip(1))?)
}

/// Makes the repository, the history and the truth about it, and tells what it made.
pub(crate) fn simulate(plan: &Plan) -> Result<(), Box<dyn Error>> {
    if plan.folder.exists() && fs::read_dir(&plan.folder)?.next().is_some() {
        return Err(format!("{} is not empty; name a new folder", plan.folder.display()).into());
    }
    fs::create_dir_all(&plan.folder)?;
    let begin = Timestamp::now() - SignedDuration::from_hours(24 * i64::from(plan.days));
    let commits = repository::make(plan, begin)?;
    let shapes = changes::shapes(plan.benchmarks, plan.days);
    let runs = record(plan, &commits, &shapes)?;
    let truth = truth(plan, &commits, &shapes);
    fs::write(
        plan.folder.join("simulated.json"),
        serde_json::to_string_pretty(&truth)?,
    )?;
    println!("SIMULATED data: nothing was measured.");
    println!(
        "{} days, {} commits, {runs} runs of {} benchmarks on 2 machine classes in {}",
        plan.days,
        commits.len(),
        shapes.len(),
        plan.folder.display()
    );
    for change in &truth.changes {
        println!("  {}", change.text);
    }
    Ok(())
}

/// `DIR DAYS SEED BENCHMARKS`.
fn plan(mut arguments: impl Iterator<Item = String>) -> Result<Plan, Box<dyn Error>> {
    let folder = arguments.next().ok_or("name a folder to write to")?;
    let mut number = |default: u64| -> Result<u64, Box<dyn Error>> {
        arguments
            .next()
            .map_or(Ok(default), |text| Ok(text.parse()?))
    };
    let (days, seed, benchmarks) = (number(60)?, number(1)?, number(12)?);
    if !(20..=3650).contains(&days) || !(4..=10_000).contains(&benchmarks) {
        return Err("between 20 and 3650 days and 4 and 10000 benchmarks are simulated".into());
    }
    Ok(Plan {
        folder: folder.into(),
        days: u32::try_from(days)?,
        seed,
        benchmarks: usize::try_from(benchmarks)?,
    })
}

/// Runs every commit on the first machine, and every other one on the second; the first run is the baseline.
fn record(plan: &Plan, commits: &[Commit], shapes: &[Shape]) -> Result<usize, Box<dyn Error>> {
    let mut history = History::open(&plan.folder.join(".fabench/history.db"))?;
    let mut rng = Pcg64::seed_from_u64(plan.seed);
    let policy = Policy::default();
    let mut count = 0;
    for machine in [Machine::Hosted, Machine::Desk] {
        let mut baseline: Option<Baseline> = None;
        for (index, commit) in commits.iter().enumerate() {
            if machine == Machine::Desk && index % 2 == 1 {
                continue;
            }
            let run = records::run(machine, commit, shapes, &mut rng);
            history.append(&run)?;
            count += 1;
            match &baseline {
                None => {
                    history.mark_baseline(&run.id)?;
                    baseline = Some(accept(None, run.clone(), &run.started_at, false));
                }
                Some(baseline) => {
                    let past = history.comparable(&run, 90)?;
                    let comparison = compare(baseline, &run, &policy, Some(&past));
                    history.record_comparison(&comparison, run.started_at.parse()?)?;
                }
            }
            if machine == Machine::Hosted && index + 1 == commits.len() {
                save(&plan.folder, &run, baseline.as_ref())?;
            }
        }
    }
    Ok(count)
}

/// What a checkout holds after `fabench run` and `fabench check --update-baseline`.
fn save(folder: &Path, run: &Run, baseline: Option<&Baseline>) -> Result<(), Box<dyn Error>> {
    fs::create_dir_all(folder.join("results"))?;
    fs::create_dir_all(folder.join("baselines"))?;
    let text = serde_json::to_string_pretty(run)?;
    for name in [run.id.as_str(), "latest"] {
        fs::write(folder.join(format!("results/{name}.json")), &text)?;
    }
    let baseline = serde_json::to_string_pretty(&baseline)?;
    fs::write(folder.join("baselines/performance_baseline.json"), baseline)?;
    Ok(())
}

/// What is to be found.
#[derive(Serialize)]
struct Truth {
    simulated: bool,
    seed: u64,
    changes: Vec<Change>,
}

#[derive(Serialize)]
struct Change {
    benchmark: String,
    kind: &'static str,
    commit: String,
    day: u32,
    /// Cost after / cost before; for a ramp at the end of it.
    ratio: f64,
    text: String,
}

fn truth(plan: &Plan, commits: &[Commit], shapes: &[Shape]) -> Truth {
    let changes = shapes.iter().filter_map(|shape| {
        let (kind, day, ratio) = shape.change(plan.days)?;
        let commit = commits.iter().find(|commit| commit.day == day)?;
        let short = &commit.hash[..7];
        let percent = (ratio - 1.0) * 100.0;
        Some(Change {
            benchmark: shape.id.clone(),
            kind,
            commit: commit.hash.clone(),
            day,
            ratio,
            text: format!(
                "{}: {kind} of {percent:+.0} % cost on day {day}, commit {short}",
                shape.id
            ),
        })
    });
    Truth {
        simulated: true,
        seed: plan.seed,
        changes: changes.collect(),
    }
}
