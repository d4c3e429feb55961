//! What makes two runs, or two benchmarks, not comparable: each difference by name.

use std::fmt;
use std::mem::discriminant;

use fabench_record::{Benchmark, Metric, Run};

/// Something that differs and must not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// What differs: `cpu`, `method`, `parameter backend`, …
    pub what: String,
    /// Its value in the baseline.
    pub baseline: String,
    /// Its value in the candidate.
    pub candidate: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            what,
            baseline,
            candidate,
        } = self;
        write!(
            f,
            "{what}: `{baseline}` in the baseline, `{candidate}` in the candidate"
        )
    }
}

fn difference(
    what: impl Into<String>,
    baseline: impl fmt::Display,
    candidate: impl fmt::Display,
) -> Option<Difference> {
    let (baseline, candidate) = (baseline.to_string(), candidate.to_string());
    (baseline != candidate).then(|| Difference {
        what: what.into(),
        baseline,
        candidate,
    })
}

/// Differences of schema, method, suite and machine class: of any, the runs are not comparable.
pub fn between_runs(baseline: &Run, candidate: &Run) -> Vec<Difference> {
    let (old, new) = (baseline, candidate);
    let method = |run: &Run| format!("{} {}", run.method.name, run.method.version);
    let machine = &old.environment.machine;
    [
        difference("schema version", old.schema_version, new.schema_version),
        difference("method", method(old), method(new)),
        difference("suite", &old.suite.name, &new.suite.name),
    ]
    .into_iter()
    .flatten()
    .chain(
        machine
            .differences(&new.environment.machine)
            .into_iter()
            .map(|(field, baseline, candidate)| Difference {
                what: format!("machine class, {field}"),
                baseline,
                candidate,
            }),
    )
    .collect()
}

/// Differences of the parameters and of the metric: of any, the benchmarks are not comparable.
pub fn between_benchmarks(
    baseline: (&Benchmark, &Metric),
    candidate: (&Benchmark, &Metric),
) -> Vec<Difference> {
    let ((old, old_metric), (new, new_metric)) = (baseline, candidate);
    let mut names: Vec<&String> = old.parameters.keys().chain(new.parameters.keys()).collect();
    names.sort_unstable();
    names.dedup();
    let value = |bench: &Benchmark, name: &str| {
        let value = bench.parameters.get(name);
        value.cloned().unwrap_or_else(|| "(none)".to_owned())
    };
    let parameters = names.into_iter().map(|name| {
        difference(
            format!("parameter {name}"),
            value(old, name),
            value(new, name),
        )
    });
    let source = |metric: &Metric| {
        let text = format!("{:?}", metric.source);
        text.split(' ').next().unwrap_or_default().to_owned()
    };
    let same_source = discriminant(&old_metric.source) == discriminant(&new_metric.source);
    parameters
        .chain([
            difference("unit", &old_metric.unit, &new_metric.unit),
            difference(
                "direction",
                format!("{:?}", old_metric.direction),
                format!("{:?}", new_metric.direction),
            ),
            (!same_source)
                .then(|| {
                    difference(
                        "source of the metric",
                        source(old_metric),
                        source(new_metric),
                    )
                })
                .flatten(),
        ])
        .flatten()
        .collect()
}

/// Several differences as one text.
pub(crate) fn list(differences: &[Difference]) -> String {
    let texts: Vec<String> = differences.iter().map(Difference::to_string).collect();
    texts.join("; ")
}
