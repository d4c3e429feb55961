//! Runs of any content, exported and read back: what the format holds is the same, and from then on everything is.
//!
//! What a format does not hold stands in docs/formats.md, and is left out here in [`carried`] alone.

use fabench_record::formats::{Document, Format, export, named, only, recognise};
use fabench_record::{
    Benchmark, BenchmarkId, Direction, Launch, Metric, MetricSource, Outcome, Round, Run, Unit,
};
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use proptest::sample::select;

use crate::support::as_saved;

/// Every format that is written and read: the name it is written by, and the one it is read by.
const BOTH_WAYS: [(&str, &str); 4] = [
    ("pytest-benchmark", "pytest-benchmark"),
    ("bencher", "bencher"),
    ("github-action-benchmark", "github-action-benchmark"),
    ("github-action-benchmark-bigger", "github-action-benchmark"),
];

/// What is left of a benchmark: its name, its parameters, and values of each metric.
#[derive(Debug, PartialEq)]
struct Carried {
    id: String,
    parameters: Vec<(String, String)>,
    metrics: Vec<(String, Vec<f64>)>,
}

/// The benchmarks that `written` must hold, by what the format can say of them.
fn carried(written: &str, run: &Run) -> Vec<Carried> {
    let measured = run
        .benchmarks
        .iter()
        .filter(|benchmark| benchmark.outcome == Outcome::Measured);
    let one = |benchmark: &Benchmark| {
        let metrics = match written {
            // The samples of its time. No other metric, and not which launch a sample is from.
            "pytest-benchmark" => {
                let primary = benchmark.primary_metric().into_iter();
                let time = primary.chain(&benchmark.metrics).find(|metric| {
                    let timed = metric.source != MetricSource::Value || metric.sampled;
                    timed && metric.unit == Unit::Nanoseconds
                })?;
                vec![("wall_time".to_owned(), values(benchmark, time))]
            }
            // The middle of every metric and, of several values, the quartiles. A wall time is a latency. No unit but
            // those of Bencher's own measures, and no parameters.
            "bencher" => bencher(benchmark),
            // The middle of the primary metric, if it has the file's direction. Its name and direction follow from the
            // unit; no parameters.
            _ => {
                let metric = benchmark.primary_metric()?;
                let bigger = metric.direction == Direction::HigherIsBetter;
                if bigger != written.ends_with("bigger") {
                    return None;
                }
                let all = values(benchmark, metric);
                vec![("middle".to_owned(), vec![quantile(&all, 0.5)?])]
            }
        };
        if metrics.iter().all(|(_, values)| values.is_empty()) {
            return None;
        }
        let told = written == "pytest-benchmark";
        let parameters = benchmark.parameters.clone().into_iter();
        Some(Carried {
            id: benchmark.id.to_string(),
            parameters: parameters.filter(|_| told).collect(),
            metrics,
        })
    };
    measured.filter_map(one).collect()
}

fn bencher(benchmark: &Benchmark) -> Vec<(String, Vec<f64>)> {
    let mut all = Vec::new();
    for metric in &benchmark.metrics {
        let name = match metric.name.as_str() {
            "wall_time" => "latency",
            other => other,
        };
        let values = values(benchmark, metric);
        let Some(middle) = quantile(&values, 0.5) else {
            continue;
        };
        all.push((name.to_owned(), vec![middle]));
        for (end, share) in [("_lower", 0.25), ("_upper", 0.75)] {
            let bound = quantile(&values, share).filter(|_| values.len() > 1);
            all.extend(bound.map(|bound| (format!("{name}{end}"), vec![bound])));
        }
    }
    all.sort_by(|a, b| a.0.cmp(&b.0));
    all
}

/// All values of a metric in the order of the launches.
fn values(benchmark: &Benchmark, metric: &Metric) -> Vec<f64> {
    let of = |launch: &Launch| -> Vec<f64> {
        let rounds = |times: fn(&Round) -> &Vec<u64>| -> Vec<f64> {
            let each = |round: &Round| -> Vec<f64> {
                let iterations = round.iterations as f64;
                let times = times(round).iter();
                times.map(|time| *time as f64 / iterations).collect()
            };
            launch.rounds.iter().flat_map(each).collect()
        };
        match metric.source {
            MetricSource::WallTime => rounds(|round| &round.wall_ns),
            MetricSource::CpuTime => rounds(|round| &round.cpu_ns),
            _ => launch.values.get(&metric.name).cloned().unwrap_or_default(),
        }
    };
    benchmark.launches.iter().flat_map(of).collect()
}

/// By definition 7 of Hyndman and Fan (1996).
fn quantile(values: &[f64], share: f64) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let place = share * sorted.len().checked_sub(1)? as f64;
    let below = sorted[place.floor() as usize];
    let above = sorted[place.ceil() as usize];
    Some(below + (above - below) * place.fract())
}

/// The run that is read from what `format` writes, if there is a benchmark in it, and how many were left out.
fn there_and_back((written, read): (&str, &str), run: &Run) -> (Option<Run>, usize) {
    let exported = export::named(written).unwrap().write(run);
    if exported.left_out == run.benchmarks.len() {
        return (None, exported.left_out);
    }
    let document = Document::new("exported", exported.text.as_bytes()).unwrap();
    assert_eq!(recognise(&document).map(Format::name), Some(read));
    let runs = named(read).unwrap().read(&document).unwrap();
    (Some(as_saved(only(runs).unwrap())), exported.left_out)
}

/// The same as [`carried`], of what was read.
fn found(written: &str, back: &Run) -> Vec<Carried> {
    let one = |benchmark: &Benchmark| {
        let mut metrics: Vec<_> = benchmark
            .metrics
            .iter()
            .map(|metric| (metric.name.clone(), values(benchmark, metric)))
            .collect();
        if written.starts_with("github") {
            metrics[0].0 = "middle".to_owned();
        }
        metrics.sort_by(|a, b| a.0.cmp(&b.0));
        Carried {
            id: benchmark.id.to_string(),
            parameters: benchmark.parameters.clone().into_iter().collect(),
            metrics,
        }
    };
    back.benchmarks.iter().map(one).collect()
}

/// Whether both are the same number, or neighbours: a time in seconds is not always the image of one in nanoseconds.
fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= a.abs().max(b.abs()) * f64::EPSILON
}

fn sorted(mut benchmarks: Vec<Benchmark>) -> Vec<Benchmark> {
    benchmarks.sort_by(|a, b| a.id.cmp(&b.id));
    benchmarks
}

const UNITS: [&str; 8] = ["ns", "B", "1/s", "count", "ratio", "MB/s", "frames", "%"];

fn number() -> impl Strategy<Value = f64> {
    prop_oneof![
        Just(0.0),
        1e-12..1e12_f64,
        (0..1_000_000_u32).prop_map(f64::from),
        0.0..1e200_f64
    ]
}

/// A benchmark that this project's own suites yield: rounds, from which its times follow.
fn timed() -> impl Strategy<Value = Benchmark> {
    let times = vec((0..u64::MAX >> 12, 0..u64::MAX >> 12), 0..5);
    let round = (1..1_000_000_u64, times).prop_map(|(iterations, pairs)| {
        let (wall_ns, cpu_ns) = pairs.into_iter().unzip();
        Round {
            iterations,
            wall_ns,
            cpu_ns,
        }
    });
    let launch = vec(round, 0..3).prop_map(|rounds| Launch {
        rounds,
        ..Launch::default()
    });
    (vec(launch, 0..4), any::<bool>()).prop_map(|(launches, by_cpu)| {
        let metrics = vec![Metric::wall_time(), Metric::cpu_time()];
        let primary = metrics[usize::from(by_cpu)].name.clone();
        benchmark(primary, metrics, launches)
    })
}

/// A benchmark with values of its own, or with times as another tool took them.
fn valued() -> impl Strategy<Value = Benchmark> {
    let metric = (select(&UNITS[..]), any::<bool>(), any::<bool>());
    let launch = |names: Vec<String>| {
        let each: Vec<_> = names.iter().map(|_| vec(number(), 0..5)).collect();
        each.prop_map(move |values| {
            let mut launch = Launch::default();
            for (name, values) in names.iter().zip(values) {
                launch.values.add(name, &values);
            }
            launch
        })
    };
    btree_map("[a-zé ]{1,8}", metric, 1..4).prop_flat_map(move |metrics| {
        let metrics: Vec<Metric> = metrics
            .into_iter()
            .map(|(name, (unit, higher, sampled))| {
                let direction = if higher {
                    Direction::HigherIsBetter
                } else {
                    Direction::LowerIsBetter
                };
                let metric = Metric::value(name, Unit::from(unit.to_owned()), direction);
                Metric { sampled, ..metric }
            })
            .collect();
        let names: Vec<String> = metrics.iter().map(|metric| metric.name.clone()).collect();
        vec(launch(names), 1..4)
            .prop_map(move |launches| benchmark(metrics[0].name.clone(), metrics.clone(), launches))
    })
}

fn benchmark(primary: String, metrics: Vec<Metric>, launches: Vec<Launch>) -> Benchmark {
    Benchmark {
        id: BenchmarkId::new("a/b").unwrap(),
        description: String::new(),
        parameters: [].into(),
        single_threaded: false,
        primary,
        metrics,
        outcome: Outcome::Measured,
        launches,
        summary: Vec::new(),
    }
}

/// A run of named benchmarks, some of which failed.
fn run() -> impl Strategy<Value = Run> {
    let parameters = btree_map("[a-z ]{1,6}|group", "[^\\p{Cc}]{0,8}", 0..3);
    let told = ("[^\\p{Cc}]{0,12}", parameters, prop::bool::weighted(0.1));
    let one = (told, prop_oneof![timed(), valued()]);
    // Two hexadecimal digits after a percent sign stand for a character in the names of files of other tools.
    let id = "[a-zA-Z_.é-]{1,8}/[a-zA-Z_.é:# \\[\\]-]{0,4}[a-z](/[a-z.]{0,3}[a-z])?";
    btree_map(id, one, 1..6).prop_map(|benchmarks| {
        let mut run = Run::from_json(include_bytes!("../data/run_v1.json")).unwrap();
        run.benchmarks.clear();
        for (id, ((description, parameters, failed), mut benchmark)) in benchmarks {
            let Ok(id) = BenchmarkId::new(id) else {
                continue;
            };
            benchmark.id = id;
            benchmark.description = description;
            benchmark.parameters = parameters;
            if failed {
                benchmark.outcome = Outcome::Failed {
                    reason: "it broke".to_owned(),
                    stderr_tail: String::new(),
                };
            }
            run.benchmarks.push(benchmark);
        }
        run
    })
}

/// Files for the action's custom tools, all of whose units are better lower, or all better higher.
fn custom() -> impl Strategy<Value = (bool, Vec<(String, &'static str, f64)>)> {
    let lower = [
        "ns", "us/iter", "ms", "s", "B", "KiB", "count", "", "frames", "%", "ns/op",
    ];
    let higher = [
        "ops/s",
        "ops/ms",
        "MB/s",
        "iter/sec",
        "Hz",
        "frames per second",
    ];
    let benches = |units: &'static [&str]| vec(("[ab/ .%#2é]{1,4}", select(units), number()), 1..8);
    prop_oneof![
        benches(Box::leak(Box::new(lower))).prop_map(|all| (false, all)),
        benches(Box::leak(Box::new(higher))).prop_map(|all| (true, all)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn what_a_format_holds_of_any_run_comes_back_and_then_stays_as_it_is(run in run()) {
        for format @ (written, _) in BOTH_WAYS {
            let mut expected = carried(written, &run);
            expected.sort_by(|a, b| a.id.cmp(&b.id));
            let (back, left_out) = there_and_back(format, &run);
            prop_assert_eq!(left_out, run.benchmarks.len() - expected.len(), "{}", written);
            let Some(back) = back else { continue };
            let mut found = found(written, &back);
            found.sort_by(|a, b| a.id.cmp(&b.id));
            prop_assert_eq!(found.len(), expected.len());
            for (found, expected) in found.iter().zip(&expected) {
                prop_assert_eq!(&found.id, &expected.id, "{}", written);
                prop_assert_eq!(&found.parameters, &expected.parameters, "{}", written);
                prop_assert_eq!(found.metrics.len(), expected.metrics.len(), "{}: {:?}", written, expected);
                for ((name, values), (expected_name, expected)) in found.metrics.iter().zip(&expected.metrics) {
                    prop_assert_eq!(name, expected_name, "{}", written);
                    prop_assert_eq!(values.len(), expected.len(), "{}", written);
                    let same = values.iter().zip(expected).all(|(a, b)| close(*a, *b));
                    prop_assert!(same, "{}: {:?} instead of {:?}", written, values, expected);
                }
            }
            // What was imported comes back whole. The action's file tells no direction: a score goes into the other one.
            let again = BOTH_WAYS.iter().filter(|(_, read)| *read == format.1);
            let again = again.filter_map(|format| there_and_back(*format, &back).0);
            let again: Vec<Benchmark> = again.flat_map(|run| run.benchmarks).collect();
            prop_assert_eq!(sorted(again), sorted(back.benchmarks), "{}", written);
        }
    }

    #[test]
    fn values_and_names_of_the_custom_tools_survive((bigger, benches) in custom()) {
        let list: serde_json::Value = benches
            .iter()
            .map(|(name, unit, value)| serde_json::json!({"name": name, "unit": unit, "value": value}))
            .collect();
        let document = Document::new("custom", list.to_string().as_bytes()).unwrap();
        let runs = recognise(&document).unwrap().read(&document).unwrap();
        let first = as_saved(only(runs).unwrap());
        prop_assert_eq!(first.benchmarks.len(), benches.len());
        let (own, other) = (BOTH_WAYS[2 + usize::from(bigger)], BOTH_WAYS[3 - usize::from(bigger)]);
        prop_assert_eq!(there_and_back(other, &first), (None, benches.len()));
        let (second, left_out) = there_and_back(own, &first);
        prop_assert_eq!(left_out, 0);
        prop_assert_eq!(second.map(|run| run.benchmarks), Some(first.benchmarks));
    }
}
