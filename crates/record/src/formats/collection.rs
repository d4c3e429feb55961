//! The benchmarks of a file while it is read.
//!
//! Invariant: ids are unique, a metric has one unit, every value is finite and at least 0, and the result is not known to be too large to
//! be read again: so a file of nothing but very short lines does not fill the memory.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::hash::{BuildHasher as _, RandomState};

use hashbrown::HashTable;

use super::{FormatError, names};
use crate::{Benchmark, BenchmarkId, Launch, MAX_FILE_BYTES, Metric, Outcome};

/// What a saved result has at least for a benchmark, for a metric of it with its statistics, for a launch, and for a value.
const BENCHMARK_BYTES: u64 = 300;
const METRIC_BYTES: u64 = 500;
const LAUNCH_BYTES: u64 = 250;
const VALUE_BYTES: u64 = 19;

/// Benchmarks in the order of the file. There may be very many with one value each, so nothing is reserved ahead.
pub(super) struct Collection {
    format: &'static str,
    made_by: &'static str,
    benchmarks: Vec<Benchmark>,
    /// Where in `benchmarks` an id stands; the ids themselves are only there.
    places: HashTable<usize>,
    hasher: RandomState,
    /// The last number that was given to an id that stands more than once.
    numbers: HashMap<BenchmarkId, usize>,
    /// Bytes that the saved result has at least.
    saved_bytes: u64,
}

impl fmt::Debug for Collection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(&self.benchmarks).finish()
    }
}

impl Collection {
    pub(super) fn new(format: &dyn super::Format) -> Self {
        Self {
            format: format.name(),
            made_by: format.made_by(),
            benchmarks: Vec::new(),
            places: HashTable::new(),
            hasher: RandomState::new(),
            numbers: HashMap::new(),
            saved_bytes: 0,
        }
    }

    /// The same, for at most `count` benchmarks: a list that grows is in memory twice while it moves.
    pub(super) fn of_at_most(count: usize, format: &dyn super::Format) -> Self {
        let mut collection = Self::new(format);
        collection.benchmarks.reserve_exact(count);
        collection
    }

    /// A new benchmark; its number. A second one of the same id gets another id.
    pub(super) fn add(&mut self, id: &BenchmarkId, name: &str) -> usize {
        let mut own = id.clone();
        while self.contains(&own) {
            let number = self.numbers.entry(id.clone()).or_insert(1);
            *number += 1;
            own = names::numbered(id, *number);
        }
        self.saved_bytes += BENCHMARK_BYTES;
        let place = self.benchmarks.len();
        let hash = self.hasher.hash_one(&own);
        let (benchmarks, hasher) = (&self.benchmarks, &self.hasher);
        let hash_of = |place: &usize| hasher.hash_one(&benchmarks[*place].id);
        self.places.insert_unique(hash, place, hash_of);
        if self.benchmarks.len() == self.benchmarks.capacity() {
            // By a quarter, not to the double.
            let more = self.benchmarks.len() / 4 + 8;
            self.benchmarks.reserve_exact(more);
        }
        self.benchmarks.push(Benchmark {
            id: own,
            description: names::printable(name),
            parameters: BTreeMap::new(),
            single_threaded: false,
            primary: String::new(),
            metrics: Vec::new(),
            outcome: Outcome::Measured,
            launches: Vec::new(),
            summary: Vec::new(),
        });
        place
    }

    /// The benchmark of this id, which may be there already.
    pub(super) fn find_or_add(&mut self, id: &BenchmarkId, name: &str) -> usize {
        match self.place(id) {
            Some(place) => place,
            None => self.add(id, name),
        }
    }

    pub(super) fn contains(&self, id: &BenchmarkId) -> bool {
        self.place(id).is_some()
    }

    fn place(&self, id: &BenchmarkId) -> Option<usize> {
        let same = |place: &usize| self.benchmarks[*place].id == *id;
        self.places.find(self.hasher.hash_one(id), same).copied()
    }

    pub(super) fn get(&mut self, benchmark: usize) -> &mut Benchmark {
        &mut self.benchmarks[benchmark]
    }

    /// Notes something that was varied.
    pub(super) fn parameter(&mut self, benchmark: usize, name: &str, value: &str) {
        self.benchmarks[benchmark]
            .parameters
            .insert(names::printable(name), names::printable(value));
    }

    /// Adds values of a metric to one launch of a benchmark. The first metric becomes the primary one.
    ///
    /// `place` tells where a value stands, by its index.
    pub(super) fn values(
        &mut self,
        (benchmark, launch): (usize, usize),
        mut metric: Metric,
        values: &[f64],
        place: impl Fn(usize) -> String,
    ) -> Result<(), FormatError> {
        self.check(values, &place)?;
        metric.name = names::printable(&metric.name);
        let entry = &mut self.benchmarks[benchmark];
        match entry.metric(&metric.name) {
            None => {
                if entry.metrics.is_empty() {
                    entry.primary.clone_from(&metric.name);
                }
                self.saved_bytes += METRIC_BYTES;
                entry.metrics.reserve_exact(1);
                entry.metrics.push(metric.clone());
            }
            Some(known) if known.unit == metric.unit => {}
            Some(known) => {
                let problem = format!(
                    "`{}` is in `{}` here and in `{}` before; expected one unit",
                    metric.name, metric.unit, known.unit
                );
                return Err(FormatError::invalid(self.format, &place(0), &problem));
            }
        }
        self.saved_bytes += VALUE_BYTES * values.len() as u64;
        let launch = self.launch(benchmark, launch);
        launch.values.add(&metric.name, values);
        self.check_size(|| place(0))
    }

    fn check_size(&self, place: impl FnOnce() -> String) -> Result<(), FormatError> {
        if self.saved_bytes <= MAX_FILE_BYTES {
            return Ok(());
        }
        Err(FormatError::TooMany {
            place: place(),
            benchmarks: self.benchmarks.len(),
            limit: MAX_FILE_BYTES,
        })
    }

    /// The same for values in another unit than the metric's, with the factor from theirs to it. What no result holds is told
    /// as the file has it.
    pub(super) fn scaled(
        &mut self,
        place_of: (usize, usize),
        metric: Metric,
        (values, factor): (&[f64], f64),
        place: impl Fn(usize) -> String,
    ) -> Result<(), FormatError> {
        self.check(values, &place)?;
        let scaled: Vec<f64> = values.iter().map(|value| value * factor).collect();
        if let Some(index) = scaled.iter().position(|value| !value.is_finite()) {
            let problem = format!("{:?} is more than a result holds", values[index]);
            return Err(FormatError::invalid(self.format, &place(index), &problem));
        }
        self.values(place_of, metric, &scaled, place)
    }

    /// That every value is finite and at least 0, as it stands in the file.
    pub(super) fn check(
        &self,
        values: &[f64],
        place: impl Fn(usize) -> String,
    ) -> Result<(), FormatError> {
        let wrong = |value: &f64| !value.is_finite() || *value < 0.0;
        let Some(index) = values.iter().position(wrong) else {
            return Ok(());
        };
        let shown = format!("{:?}", values[index]);
        let shown = shown.strip_suffix(".0").unwrap_or(&shown);
        let problem = format!("{shown} is not a finite number of at least 0");
        Err(FormatError::invalid(self.format, &place(index), &problem))
    }

    /// One launch of a benchmark, which is made if need be.
    pub(super) fn launch(&mut self, benchmark: usize, launch: usize) -> &mut Launch {
        let launches = &mut self.benchmarks[benchmark].launches;
        if launches.len() <= launch {
            // The first one alone; where there are more, there may be many.
            if launches.is_empty() {
                launches.reserve_exact(launch + 1);
            }
            self.saved_bytes += LAUNCH_BYTES * (launch + 1 - launches.len()) as u64;
            launches.resize(launch + 1, Launch::default());
        }
        &mut launches[launch]
    }

    /// Makes room for that many launches.
    pub(super) fn expect_launches(&mut self, benchmark: usize, launches: usize) {
        self.benchmarks[benchmark].launches.reserve_exact(launches);
    }

    /// Marks a benchmark as one that did not run to its end.
    pub(super) fn fail(&mut self, benchmark: usize, reason: &str) {
        self.benchmarks[benchmark].outcome = Outcome::Failed {
            reason: names::printable(reason),
            stderr_tail: String::new(),
        };
    }

    /// The benchmarks, at least one. What failed before it measured anything has a wall time without values.
    pub(super) fn finish(mut self) -> Result<Vec<Benchmark>, FormatError> {
        if self.benchmarks.is_empty() {
            return Err(FormatError::Nothing {
                format: self.format,
                made_by: self.made_by,
            });
        }
        for benchmark in &mut self.benchmarks {
            if benchmark.metrics.is_empty() {
                benchmark.metrics.push(Metric::sampled_time());
                benchmark.primary.clone_from(&benchmark.metrics[0].name);
            }
        }
        self.check_size(|| "at the end".to_owned())?;
        Ok(self.benchmarks)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{MetricSummary, Outliers};

    /// The least that is saved of a benchmark with so many metrics and values of one digit.
    fn saved(metrics: &[&str], values: &[f64]) -> (u64, u64) {
        let mut collection = Collection::new(crate::formats::named("libtest").unwrap());
        let id = BenchmarkId::new("a/b").unwrap();
        let place = collection.add(&id, "");
        for name in metrics {
            let metric = Metric::value(*name, crate::Unit::Ratio, crate::Direction::LowerIsBetter);
            let added = collection.values((place, 0), metric, values, |_| String::new());
            added.unwrap();
        }
        let told = collection.saved_bytes;
        let mut benchmark = collection.finish().unwrap().remove(0);
        benchmark.summary = metrics
            .iter()
            .map(|metric| MetricSummary {
                metric: (*metric).to_owned(),
                samples: 1,
                launches: 1,
                mean: 0.0,
                median: 0.0,
                standard_deviation: 0.0,
                min: 0.0,
                max: 0.0,
                interquartile_range: 0.0,
                outliers: Outliers::default(),
                p50: 0.0,
                p90: 0.0,
                p99: 0.0,
                p99_9: 0.0,
                operations_per_second: None,
            })
            .collect();
        // Indented as it stands in a run.
        let text = serde_json::to_string_pretty(&[[benchmark]]).unwrap();
        (told, text.len() as u64)
    }

    #[test]
    fn a_result_is_never_thought_larger_than_it_is() {
        for (metrics, values) in [
            (&["m"][..], &[1.0][..]),
            (&["m", "n", "o"], &[1.0]),
            (&["m"], &[1.0; 1_000]),
        ] {
            let (told, is) = saved(metrics, values);
            assert!(told <= is, "{told} for {is}");
            assert!(told * 2 > is, "{told} for {is}");
        }
    }

    #[test]
    fn a_file_of_very_many_benchmarks_is_refused_where_they_become_too_many() {
        let mut collection = Collection::new(crate::formats::named("libtest").unwrap());
        let refused = (1..).find_map(|number| {
            let id = BenchmarkId::new(format!("a/{number}")).unwrap();
            let place = collection.add(&id, "");
            let lower = crate::Direction::LowerIsBetter;
            let metric = Metric::value("m", crate::Unit::Ratio, lower);
            let line = |_| format!("line {number}");
            let added = collection.values((place, 0), metric, &[1.0], line);
            added.err().map(|error| (number, error.to_string()))
        });
        let (number, error) = refused.unwrap();
        assert!((10_000..100_000).contains(&number), "{number}");
        let begin = format!("line {number}: with the {number} benchmarks up to here");
        assert!(error.starts_with(&begin), "{error}");
        assert!(error.ends_with("split the file"), "{error}");
    }
}
