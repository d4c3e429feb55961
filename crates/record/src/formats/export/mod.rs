//! Results as other tools read them: each format in a file of its own, behind [`Export`].
//!
//! What another format can't hold is left out and counted, never bent: a benchmark without a time has no place in
//! pytest-benchmark's file. A file that was imported and is exported in its own format is read back the same; a number that was
//! scaled on its way in (seconds to nanoseconds) comes out as the number that is read back the same.

mod bencher;
mod csv;
mod github;
mod openmetrics;
mod pytest_benchmark;
mod samples;

use std::fmt::Debug;

use crate::{Benchmark, Run};

/// One way in which another tool reads results.
pub trait Export: Debug + Sync {
    /// The name that people type.
    fn name(&self) -> &'static str;

    /// Who reads it, in a line.
    fn read_by(&self) -> &'static str;

    /// The text of the file.
    fn write(&self, run: &Run) -> Exported;
}

/// What an export comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exported {
    /// Content of the file.
    pub text: String,
    /// Benchmarks or metrics that the format can't hold.
    pub left_out: usize,
}

/// Every format that is written.
pub const ALL: [&dyn Export; 6] = [
    &pytest_benchmark::PytestBenchmark,
    &bencher::Bencher,
    &github::Smaller,
    &github::Bigger,
    &openmetrics::OpenMetrics,
    &csv::Csv,
];

/// The format called `name`.
pub fn named(name: &str) -> Option<&'static dyn Export> {
    ALL.into_iter().find(|format| format.name() == name)
}

/// The name that reads back as the id of `benchmark`, if `id` is how a reader names benchmarks: what the tool itself
/// called it, or else the id.
fn name_of(benchmark: &Benchmark, id: impl Fn(&str) -> crate::BenchmarkId) -> &str {
    let own = id(&benchmark.description);
    let numbered = benchmark.id.as_str().strip_prefix(own.as_str());
    match numbered {
        Some("") => &benchmark.description,
        Some(rest) if is_number(rest) => &benchmark.description,
        _ => benchmark.id.as_str(),
    }
}

/// Whether `rest` is what a second benchmark of one name has at its end.
fn is_number(rest: &str) -> bool {
    rest.strip_prefix('#')
        .is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|one| one.is_ascii_digit()))
}

/// `value / scale`, as the number that yields `value` again when it is multiplied by `scale`, where there is one.
fn unscaled(value: f64, scale: f64) -> f64 {
    let near = value / scale;
    let (up, down) = (near.next_up(), near.next_down());
    let candidates = [near, up, down, up.next_up(), down.next_down()];
    let exact = candidates.into_iter().find(|one| one * scale == value);
    exact.unwrap_or(near)
}

/// Pretty JSON with a line end.
fn json(value: &serde_json::Value) -> String {
    format!("{value:#}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_come_back_as_they_went() {
        let mut seconds = 1.234_567_890_123e-7;
        for _ in 0..10_000 {
            let nanoseconds = seconds * 1e9;
            assert_eq!(unscaled(nanoseconds, 1e9) * 1e9, nanoseconds);
            seconds *= 1.001_3;
        }
        assert_eq!(unscaled(0.0, 1e9), 0.0);
    }
}
