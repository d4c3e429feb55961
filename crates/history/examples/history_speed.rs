//! How quick a history of a million measurements is: appending a run, reading a benchmark's 90 days, reading all of them.
//!
//! `cargo run --release -p fabench-history --example history_speed -- [PLACE] [RUNS]`. A place is a new file or a `postgres://` URL;
//! a file in the temporary folder if none is named. One that holds such runs already is continued up to RUNS.

use std::error::Error;
use std::time::{Duration, Instant};

use fabench_gate::{ChangePointSettings, Thresholds};
use fabench_history::{History, Location, RunFilter, SeriesFilter, trend};
use fabench_record::{BenchmarkId, Launch, LaunchKind, Metric, Round, Run, Warmup};
use jiff::{SignedDuration, Timestamp};
use rand::{RngExt as _, SeedableRng as _};
use rand_pcg::Pcg64;
use rustix::time::{ClockId, clock_gettime};

/// Benchmarks of a run, each with four metrics: 200 measurements.
const BENCHMARKS: usize = 50;

/// Runs of a day.
const A_DAY: i64 = 20;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = tempfile::tempdir()?;
    let place = arguments.next().map_or_else(
        || Location::File(folder.path().join("history.db")),
        |text| Location::of(&text),
    );
    let runs: i64 = arguments.next().map_or(Ok(5000), |text| text.parse())?;
    let mut history = History::at(&place)?;
    let mut rng = Pcg64::seed_from_u64(1);
    let (mut appends, mut busy) = (Vec::new(), Vec::new());
    let begin: Timestamp = "2026-01-01T00:00:00Z".parse()?;
    let before = history.runs(&RunFilter::default())?.len();
    for number in i64::try_from(before)?..runs {
        let started = begin + SignedDuration::from_mins(number * 24 * 60 / A_DAY);
        let run = run(number, started, &mut rng)?;
        let (clock, cpu) = (Instant::now(), cpu_time());
        history.append(&run)?;
        appends.push(clock.elapsed());
        busy.push(cpu_time().saturating_sub(cpu));
    }
    let last = begin + SignedDuration::from_mins(runs * 24 * 60 / A_DAY);
    let since = Some(last - SignedDuration::from_hours(24 * 90));
    let newest = appends.split_off(appends.len().saturating_sub(500));
    println!(
        "{} measurements in {runs} runs",
        runs * BENCHMARKS as i64 * 4
    );
    show("append a run of 200, of the last 500", newest);
    let newest = busy.split_off(busy.len().saturating_sub(500));
    show("processor time of it", newest);

    let mut one = Vec::new();
    let mut values = 0;
    for number in 0..100 {
        let filter = SeriesFilter {
            benchmark: Some(id(number % BENCHMARKS)?),
            since,
            ..SeriesFilter::default()
        };
        let clock = Instant::now();
        let found = history.series(&filter)?;
        one.push(clock.elapsed());
        values = found[0].points.len();
    }
    show(&format!("a benchmark's 90 days, {values} values"), one);

    let filter = SeriesFilter {
        since,
        ..SeriesFilter::default()
    };
    let clock = Instant::now();
    let all = history.series(&filter)?;
    println!(
        "all {} benchmarks' 90 days: {:.1?}",
        all.len(),
        clock.elapsed()
    );
    let clock = Instant::now();
    let (settings, thresholds) = (ChangePointSettings::default(), Thresholds::default());
    let found = trend(&all[0], &settings, &thresholds, None);
    println!(
        "change points of its newest 500: {:.1?}, {} found",
        clock.elapsed(),
        found.changes.len()
    );
    Ok(())
}

/// Processor time of this process: what a busy machine does not lengthen much.
fn cpu_time() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::try_from(time).unwrap_or_default()
}

fn show(what: &str, mut times: Vec<Duration>) {
    times.sort_unstable();
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize];
    println!(
        "{what}: median {:.2?}, 99 % within {:.2?}",
        at(0.5),
        at(0.99)
    );
}

fn id(number: usize) -> Result<BenchmarkId, Box<dyn Error>> {
    Ok(BenchmarkId::new(format!(
        "category_{}/benchmark_{number}",
        number % 7
    ))?)
}

/// A run as `fabench run` makes one: 7 launches of 3 rounds of 8 sub-samples.
fn run(number: i64, started: Timestamp, rng: &mut Pcg64) -> Result<Run, Box<dyn Error>> {
    let mut run = Run::from_json(include_bytes!("../../record/tests/data/run_v1.json"))?;
    run.id = format!("run{number}");
    run.started_at = started.to_string();
    let mut template = run.benchmarks[0].clone();
    template.metrics = vec![
        Metric::cpu_time(),
        Metric::wall_time(),
        Metric::throughput(10.0),
        Metric::peak_rss(),
    ];
    template.primary = "cpu_time".into();
    template.summary = Vec::new();
    run.benchmarks.clear();
    for number in 0..BENCHMARKS {
        let mut benchmark = template.clone();
        benchmark.id = id(number)?;
        benchmark.launches = (0..7).map(|_| launch(rng)).collect();
        run.benchmarks.push(benchmark);
    }
    Ok(run)
}

fn launch(rng: &mut Pcg64) -> Launch {
    let mut sample = || 1_000_000 + rng.random_range(0..30_000u64);
    let round = || {
        let wall_ns: Vec<u64> = (0..8).map(|_| sample()).collect();
        Round {
            iterations: 1000,
            cpu_ns: wall_ns.clone(),
            wall_ns,
        }
    };
    Launch {
        kind: LaunchKind::Timed,
        rounds: std::iter::repeat_with(round).take(3).collect(),
        peak_rss_bytes: Some(50_000_000),
        warmup: Warmup::default(),
        ..Launch::default()
    }
}
