//! One metric in one line.

use fabench_record::{Benchmark, Metric};

use crate::{printable, quantity};

/// `latency  median 41.2 µs, p90 …, p99 …, p99.9 …`, or nothing where the metric has no samples.
pub fn metric_line(benchmark: &Benchmark, metric: &Metric) -> Option<String> {
    let summary = benchmark.summary_of(&metric.name)?;
    let show = |value: f64| quantity(value, &metric.unit);
    let name = &metric.name;
    if summary.samples <= 1 || summary.min == summary.max {
        return Some(printable(&format!("{name}: {}", show(summary.median))));
    }
    Some(printable(&format!(
        "{name}: median {}, mean {}, min {}, max {}, p90 {}, p99 {}, p99.9 {} ({} samples)",
        show(summary.median),
        show(summary.mean),
        show(summary.min),
        show(summary.max),
        show(summary.p90),
        show(summary.p99),
        show(summary.p99_9),
        summary.samples,
    )))
}
