//! What a suite author declares about a benchmark before it runs.

use std::collections::BTreeMap;

use fabench_record::{BenchmarkId, Metric, MetricSource};

use crate::protocol::Declaration;

/// A benchmark's declaration: id, what one iteration does, metrics, and which of them is judged.
///
/// Wall time, CPU time and peak memory are always measured, allocations too when the suite's global allocator
/// is [`crate::alloc::Counting`]; `wall_time` is judged unless the declaration says otherwise.
#[derive(Clone, Debug)]
#[must_use = "a benchmark does nothing until it is added to a suite with `.add(benchmark, closure)`"]
pub struct Benchmark {
    id: String,
    description: String,
    parameters: BTreeMap<String, String>,
    single_threaded: bool,
    primary: String,
    metrics: Vec<Metric>,
}

impl Benchmark {
    /// `id` is `category/name`; `description` says in a line what one iteration does.
    pub fn new(id: impl Into<String>, description: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            description: description.into(),
            parameters: BTreeMap::new(),
            single_threaded: false,
            primary: Metric::wall_time().name,
            metrics: vec![
                Metric::wall_time(),
                Metric::cpu_time(),
                Metric::peak_rss(),
                Metric::allocations(),
                Metric::allocated_bytes(),
            ],
        }
    }

    /// Declares that the benchmark works on one thread, so that it may be pinned to one core.
    pub fn single_threaded(mut self) -> Self {
        self.single_threaded = true;
        self
    }

    /// Judges CPU time: for pure computation, where waiting is somebody else's.
    pub fn primary_cpu_time(self) -> Self {
        self.primary(Metric::cpu_time().name)
    }

    /// Judges the metric called `name`, which must be declared.
    pub fn primary(mut self, name: impl Into<String>) -> Self {
        self.primary = name.into();
        self
    }

    /// Declares a metric, mostly a [`Metric::value`] that the benchmark reports with
    /// [`crate::Bencher::report`]; one of the same name is replaced.
    pub fn metric(mut self, metric: Metric) -> Self {
        self.metrics.retain(|known| known.name != metric.name);
        self.metrics.push(metric);
        self
    }

    /// Adds the metric `throughput`: one iteration handles `elements_per_iteration` elements.
    pub fn throughput(self, elements_per_iteration: f64) -> Self {
        self.metric(Metric::throughput(elements_per_iteration))
    }

    /// Adds the metric `latency` in nanoseconds, whose values [`crate::Bencher::open_loop`] reports.
    pub fn latency(self) -> Self {
        self.metric(crate::bencher::latency_metric())
    }

    /// Declares that allocations repeat exactly, so that they are judged without statistics.
    pub fn exact_allocations(mut self) -> Self {
        for metric in &mut self.metrics {
            metric.exact |= matches!(
                metric.source,
                MetricSource::Allocations | MetricSource::AllocatedBytes
            );
        }
        self
    }

    /// Records what is varied, such as `backend` = `sqlite`; benchmarks that differ here are not compared.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "authors write `.parameter(\"size\", 64)`, not `&64`"
    )]
    pub fn parameter(mut self, name: impl Into<String>, value: impl ToString) -> Self {
        self.parameters.insert(name.into(), value.to_string());
        self
    }

    /// The declaration as the protocol carries it, or what is wrong with it.
    pub(crate) fn declare(&self, counts_allocations: bool) -> Result<Declaration, String> {
        let id = BenchmarkId::new(self.id.as_str()).map_err(|error| error.to_string())?;
        let mut metrics = self.metrics.clone();
        metrics.retain(|metric| {
            counts_allocations
                || !matches!(
                    metric.source,
                    MetricSource::Allocations | MetricSource::AllocatedBytes
                )
        });
        for metric in &metrics {
            if let MetricSource::Throughput {
                elements_per_iteration: elements,
            } = metric.source
                && !(elements.is_finite() && elements > 0.0)
            {
                return Err(format!(
                    "{id}: {elements} elements per iteration; give a number above 0"
                ));
            }
        }
        if !metrics.iter().any(|metric| metric.name == self.primary) {
            let known: Vec<_> = metrics.iter().map(|metric| metric.name.as_str()).collect();
            return Err(format!(
                "{id}: the primary metric `{}` is not declared; declare it with `.metric(…)`, or choose one of {}",
                self.primary,
                known.join(", ")
            ));
        }
        Ok(Declaration {
            id,
            description: self.description.clone(),
            parameters: self.parameters.clone(),
            single_threaded: self.single_threaded,
            primary: self.primary.clone(),
            metrics,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn declares_times_memory_and_what_was_added() {
        let declared = Benchmark::new("a/b", "does b")
            .throughput(64.0)
            .parameter("size", 64)
            .primary("throughput")
            .declare(false)
            .unwrap();
        let names: Vec<_> = declared
            .metrics
            .iter()
            .map(|metric| metric.name.as_str())
            .collect();
        assert_eq!(names, ["wall_time", "cpu_time", "peak_rss", "throughput"]);
        assert_eq!(declared.parameters["size"], "64");
    }

    #[test]
    fn refuses_ids_primaries_and_throughputs_that_mean_nothing() {
        assert!(
            Benchmark::new("nocategory", "")
                .declare(true)
                .unwrap_err()
                .contains("category")
        );
        let error = Benchmark::new("a/b", "")
            .primary("speed")
            .declare(true)
            .unwrap_err();
        assert!(
            error.contains("`speed`") && error.contains("wall_time"),
            "{error}"
        );
        assert!(
            Benchmark::new("a/b", "")
                .throughput(f64::NAN)
                .declare(true)
                .is_err()
        );
        assert!(
            Benchmark::new("a/b", "")
                .primary("allocations")
                .declare(false)
                .is_err()
        );
    }
}
