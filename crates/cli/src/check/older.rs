//! A baseline in the flat layout of the older suite, turned into ours once.
//!
//! It tells neither machine nor method. Whoever hands it over says that it was made as the result beside it was, and the
//! user is told that this is taken for granted. The old file is kept under another name.

use std::fs;
use std::path::Path;

use anyhow::Context as _;
use fabench_gate::accept;
use fabench_record::{Baseline, Benchmark, MetricSource, Round, Run};
use jiff::Timestamp;

use crate::files::{unused, write_bytes, write_json};
use crate::screen::Screen;

/// Writes `values` as a baseline at `path`, in the terms of `run`, and keeps what was there beside it.
pub(super) fn convert(
    path: &Path,
    values: Run,
    run: &Run,
    screen: &Screen,
) -> anyhow::Result<Baseline> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let kept = unused(folder, "performance_baseline.flat");
    let old = fs::read(path).with_context(|| format!("{} can't be read", path.display()))?;
    write_bytes(&kept, &old)?;
    let values = in_terms_of(values, run);
    let count = values.benchmarks.len();
    let baseline = accept(None, values, &Timestamp::now().to_string(), false);
    write_json(path, &baseline)?;
    screen.warn(&format!(
        "{} was in the older flat layout; its {count} benchmarks are a baseline now, and the old file is kept as {}. It does not \
         say where and how it was measured: that is taken to be as for this result",
        path.display(),
        kept.display()
    ));
    Ok(baseline)
}

/// The same values, as if they had been measured where and how `run` was.
fn in_terms_of(mut values: Run, run: &Run) -> Run {
    values.method = run.method.clone();
    values.suite = run.suite.clone();
    values.environment = run.environment.clone();
    for old in &mut values.benchmarks {
        // A category may itself hold dots; the flat name can't say where it ends.
        let flat = old.id.as_str().replacen('/', ".", 1);
        let same = |new: &&Benchmark| new.id.as_str().replace('/', ".") == flat;
        let Some(new) = run.benchmarks.iter().find(same) else {
            continue;
        };
        old.id = new.id.clone();
        old.parameters = new.parameters.clone();
        adopt_primary(old, new);
    }
    values
}

/// Gives `old` the primary metric of `new`, where its values say what that metric means. Times that we measured
/// ourselves come from rounds, so a round is made that has taken as long.
fn adopt_primary(old: &mut Benchmark, new: &Benchmark) {
    let Some(wanted) = new.primary_metric() else {
        return;
    };
    let only = |name: &str| old.launches.first()?.values.get(name)?.first().copied();
    let nanoseconds = match wanted.source {
        MetricSource::WallTime => only("wall_time"),
        // One thread that does not wait takes as long as it computes.
        MetricSource::CpuTime if new.single_threaded => only("wall_time"),
        MetricSource::Throughput {
            elements_per_iteration,
        } => only("throughput")
            .filter(|rate| *rate > 0.0)
            .map(|rate| elements_per_iteration * 1e9 / rate),
        _ => None,
    };
    if let (Some(nanoseconds), Some(launch)) = (nanoseconds, old.launches.first_mut()) {
        let all = (nanoseconds * ITERATIONS as f64).round() as u64;
        launch.rounds = vec![Round {
            iterations: ITERATIONS,
            wall_ns: vec![all],
            cpu_ns: vec![all],
        }];
        launch.values.remove(&wanted.name);
        old.metrics.retain(|metric| metric.name != wanted.name);
        old.metrics.insert(0, wanted.clone());
    }
    if old.metric(&wanted.name).is_some() {
        old.primary.clone_from(&wanted.name);
    }
}

/// So many that a round's whole nanoseconds hold the time of one to a millionth of a nanosecond.
const ITERATIONS: u64 = 1_000_000;
