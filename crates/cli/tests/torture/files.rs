//! The campaign `files`: commands that write results, baselines, reports and pages, killed with SIGKILL at random moments.
//!
//! Promised: every file is whole, of the old content or the new; what was acknowledged is there; of what killed commands
//! left, nothing stays once the next one has written beside it.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use rand::{RngExt as _, SeedableRng as _};
use rand_pcg::Pcg64;

use crate::killing::{Ended, Moment, kill};
use crate::lane::{Lane, VERSIONS, Version, Writer};
use crate::tool::{Effort, call};

/// Projects that are tortured at once.
const LANES: u64 = 2;

/// What one lane has seen.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    calls: u64,
    killed: u64,
    /// Killed with a temporary file there.
    writing: u64,
    /// Killed after one of several files.
    between: u64,
    acknowledged: u64,
    results: u64,
}

/// Kills for about `effort`, and the figures.
pub(crate) fn run(effort: Effort) -> anyhow::Result<String> {
    let stop = AtomicBool::new(false);
    let tallies = std::thread::scope(|scope| {
        let lanes: Vec<_> = (0..LANES)
            .map(|lane| {
                let stop = &stop;
                scope.spawn(move || {
                    let tally = torture(effort, lane, stop);
                    // The other lane need not go on when this one has found something.
                    stop.fetch_or(tally.is_err(), Ordering::Relaxed);
                    tally
                })
            })
            .collect();
        let joined = lanes
            .into_iter()
            .map(|lane| lane.join().expect("no lane panics"));
        joined.collect::<anyhow::Result<Vec<Tally>>>()
    })?;
    let sum = |field: fn(&Tally) -> u64| tallies.iter().map(field).sum::<u64>();
    let killed = sum(|tally| tally.killed);
    let writing = sum(|tally| tally.writing);
    ensure!(
        writing > 0,
        "none of {killed} kills came while a file was written: that says nothing"
    );
    Ok(format!(
        "{killed} of {} calls killed, {writing} while a file was being written, {} between two files; {} acknowledged files and {} results all there, none cut off or mixed, nothing left behind",
        sum(|tally| tally.calls),
        sum(|tally| tally.between),
        sum(|tally| tally.acknowledged),
        sum(|tally| tally.results),
    ))
}

fn torture(effort: Effort, number: u64, stop: &AtomicBool) -> anyhow::Result<Tally> {
    let mut rng = Pcg64::seed_from_u64(effort.seed.wrapping_mul(LANES).wrapping_add(number));
    let mut lane = Lane::new().context("before anything was killed")?;
    let mut usual: BTreeMap<Writer, Duration> = BTreeMap::new();
    let mut tally = Tally::default();
    let began = Instant::now();
    while tally.writing == 0 || (began.elapsed() < effort.time && !stop.load(Ordering::Relaxed)) {
        let writer = draw(&mut rng);
        let version = VERSIONS[rng.random_range(0..VERSIONS.len())];
        let span = *usual.entry(writer).or_insert(Duration::from_millis(100));
        let (folder, files) = writer.folder();
        let moment = if rng.random_bool(0.3) {
            Moment::After(span.mul_f64(rng.random_range(0.0..1.1)))
        } else {
            Moment::Writing {
                nth: rng.random_range(1..=files),
                after: Duration::from_micros(rng.random_range(0..3_000)),
            }
        };
        let arguments = writer.arguments(version);
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let ended = kill(
            call(lane.root(), &arguments)?,
            moment,
            &[&lane.path(folder)],
        )?;
        let context = || format!("{writer:?} of {version}, {moment:?}, {ended:?}");
        ensure!(
            ended.killed || ended.success,
            "{}: {}",
            context(),
            ended.stderr
        );
        if !ended.killed {
            usual.insert(writer, ended.took);
        }
        tally.calls += 1;
        tally.killed += u64::from(ended.killed);
        judge(&mut lane, writer, version, &ended, &mut tally).with_context(context)?;
    }
    for writer in Writer::ALL {
        let arguments = writer.arguments("a");
        lane.undisturbed(&arguments.iter().map(String::as_str).collect::<Vec<_>>())?;
    }
    let left = lane.temporaries()?;
    ensure!(left.is_empty(), "left behind: {left:?}");
    emptied(&lane.path("tmp"))?;
    Ok(tally)
}

fn draw(rng: &mut Pcg64) -> Writer {
    let all: u32 = Writer::ALL.into_iter().map(Writer::weight).sum();
    let mut drawn = rng.random_range(0..all);
    for writer in Writer::ALL {
        if drawn < writer.weight() {
            return writer;
        }
        drawn -= writer.weight();
    }
    Writer::Import
}

/// Holds what is there against what was there, what was being written, and what the command had said.
fn judge(
    lane: &mut Lane,
    writer: Writer,
    version: Version,
    ended: &Ended,
    tally: &mut Tally,
) -> anyhow::Result<()> {
    let left = lane.temporaries()?;
    // The two folders of `check` may hold one each: what an earlier command left goes when the next writes there.
    let most = if writer == Writer::Check { 2 } else { 1 };
    let here = left
        .iter()
        .filter(|path| path.starts_with(lane.path(writer.folder().0)))
        .count();
    ensure!(here <= most && left.len() <= 5, "they pile up: {left:?}");
    // The page is of both results.
    let version = match writer {
        Writer::Dashboard => lane.holds[writer.targets()[0].0],
        _ => version,
    };
    let mut new = 0;
    for (file, saying) in writer.targets() {
        if writer == Writer::Import && lane.version_in(file).is_err() && is_of_a_run(lane, file)? {
            continue;
        }
        let found = lane.version_in(file)?;
        let before = lane.holds[file];
        ensure!(
            found == version || found == before,
            "{file} holds {found}, which was neither there nor being written"
        );
        if acknowledges(&ended.stdout, saying, &lane.path(file)) {
            ensure!(
                found == version,
                "{file} was acknowledged, and holds {found}"
            );
            tally.acknowledged += 1;
        }
        new += usize::from(found == version && before != version);
        lane.holds.insert(file, found);
    }
    for line in ended.stdout.lines() {
        if let Some(path) = line.strip_prefix("saved ") {
            ensure!(
                Path::new(path).exists(),
                "{path} was acknowledged and is gone"
            );
        }
    }
    tally.results += lane.clear_results()? as u64;
    if ended.killed {
        tally.writing += u64::from(here > 0);
        tally.between += u64::from(here == 0 && new > 0);
    }
    Ok(())
}

/// Whether the latest result is that of `run`, and whole.
fn is_of_a_run(lane: &Lane, file: &str) -> anyhow::Result<bool> {
    let read: serde_json::Value = serde_json::from_slice(&std::fs::read(lane.path(file))?)?;
    Ok(read["benchmarks"][0]["id"] == "command/true")
}

fn acknowledges(stdout: &str, saying: &str, path: &Path) -> bool {
    let path = path.display().to_string();
    let relative = path.rsplit('/').take(2).collect::<Vec<_>>();
    let short = relative.into_iter().rev().collect::<Vec<_>>().join("/");
    stdout.lines().any(|line| {
        line.strip_prefix(saying)
            .is_some_and(|rest| rest.starts_with(&path) || rest.starts_with(&short))
    })
}

/// Waits until what killed launches kept there is gone: their workers remove it.
fn emptied(folder: &Path) -> anyhow::Result<()> {
    let deadline = Instant::now() + Duration::from_secs(30);
    loop {
        let left: Vec<_> = std::fs::read_dir(folder)?
            .flatten()
            .map(|entry| entry.path())
            .collect();
        if left.is_empty() {
            return Ok(());
        }
        ensure!(
            Instant::now() < deadline,
            "left in the folder for temporary files: {left:?}"
        );
        std::thread::park_timeout(Duration::from_millis(20));
    }
}
