//! The text of `go test -bench`, with anything between the lines, and any number of packages and repetitions.
//!
//! A benchmark is named by its package and its name as Go prints it, the number of threads at its end included.
//! `ns/op` is `wall_time`, `B/op` `allocated_bytes`, `allocs/op` `allocations`, `MB/s` `throughput`; other units are
//! metrics of their own name, better higher if they are rates. Repetitions by `-count` run in one process, so they are
//! samples of one launch; when a package begins anew (files put one after the other), that is another launch.

use std::collections::{BTreeMap, HashSet};

use super::collection::Collection;
use super::units::direction;
use super::{Document, Format, FormatError, Imported, names};
use crate::{Direction, Metric, Unit};

/// See the module.
#[derive(Debug)]
pub(super) struct Go;

impl Format for Go {
    fn name(&self) -> &'static str {
        "go"
    }

    fn made_by(&self) -> &'static str {
        "go test -bench . ./..."
    }

    fn recognises(&self, document: &Document) -> bool {
        let text = document.text().trim_start();
        !text.starts_with(['{', '['])
            && document
                .lines()
                .any(|(_, line)| Line::of(line).is_some_and(|line| line.has_unit("ns/op")))
    }

    fn read(&self, document: &Document) -> Result<Vec<Imported>, FormatError> {
        let mut reader = Reader {
            collection: Collection::of_at_most(distinct(document), self),
            package: None,
            begun: 0,
            last: Vec::new(),
        };
        let mut header = BTreeMap::new();
        for (number, line) in document.lines() {
            if let Some((key, value)) = header_of(line) {
                if key == "pkg" {
                    reader.begin(value);
                }
                header.entry(key).or_insert_with(|| value.to_owned());
            } else if let Some(name) = line.trim_start().strip_prefix("--- FAIL: Benchmark") {
                let name = name.split_whitespace().next().unwrap_or_default();
                reader.fail(&format!("Benchmark{name}"));
            } else if let Some(line) = Line::of(line) {
                reader.add(number, &line)?;
            }
        }
        let mut imported = Imported::new(self, reader.collection.finish()?);
        let machine = &mut imported.machine;
        let fields = [
            ("goos", &mut machine.os),
            ("goarch", &mut machine.arch),
            ("cpu", &mut machine.cpu),
        ];
        for (key, field) in fields {
            if let Some(value) = header.remove(key) {
                *field = value;
            }
        }
        Ok(vec![imported])
    }
}

/// How many benchmarks there are at most: packages may begin more than once, and benchmarks are repeated.
fn distinct(document: &Document) -> usize {
    let mut seen = HashSet::new();
    let mut package = "";
    for (_, line) in document.lines() {
        if let Some(("pkg", value)) = header_of(line) {
            package = value;
        } else if let Some(line) = Line::of(line) {
            seen.insert((package, line.name));
        }
    }
    seen.len()
}

/// A line that begins with a benchmark's name and the number of its iterations.
struct Line<'a> {
    name: &'a str,
    fields: Vec<&'a str>,
}

impl<'a> Line<'a> {
    /// Other lines, such as logs that happen to begin alike, are none.
    fn of(line: &'a str) -> Option<Self> {
        let mut fields = line.split_whitespace();
        let name = fields.next()?;
        let rest = name.strip_prefix("Benchmark")?;
        // Go's own rule: `Benchmarking` is no benchmark.
        if rest.chars().next().is_some_and(char::is_lowercase) {
            return None;
        }
        fields.next()?.parse::<u64>().ok()?;
        let fields: Vec<_> = fields.collect();
        (!fields.is_empty()).then_some(Self { name, fields })
    }

    fn has_unit(&self, unit: &str) -> bool {
        self.fields.contains(&unit)
    }
}

struct Reader {
    collection: Collection,
    package: Option<String>,
    /// How many packages have begun.
    begun: usize,
    /// For each benchmark how many had when it was last measured, and in which launch.
    last: Vec<(usize, usize)>,
}

impl Reader {
    fn begin(&mut self, package: &str) {
        self.begun += 1;
        self.package = Some(package.to_owned());
    }

    fn entry(&mut self, name: &str) -> usize {
        let package = self.package.as_deref().unwrap_or("go");
        let id = names::id(&[package, name]);
        self.collection.find_or_add(&id, name)
    }

    /// The launch of a benchmark: another one after its package began anew.
    fn launch(&mut self, entry: usize) -> usize {
        let first = (self.begun, 0);
        if self.last.len() <= entry {
            self.last.resize(entry + 1, first);
        }
        let (begun, launch) = &mut self.last[entry];
        if *begun != self.begun {
            *begun = self.begun;
            *launch += 1;
        }
        *launch
    }

    fn fail(&mut self, name: &str) {
        let entry = self.entry(name);
        self.collection.fail(entry, "go test says that it failed");
    }

    fn add(&mut self, number: usize, line: &Line<'_>) -> Result<(), FormatError> {
        let entry = self.entry(line.name);
        let launch = self.launch(entry);
        for pair in line.fields.chunks(2) {
            let [value, unit] = pair else {
                let problem = format!(
                    "`{}` has no unit; expected pairs of value and unit",
                    pair[0]
                );
                return Err(FormatError::at_line(Go.name(), number, &problem));
            };
            let parsed = value.parse::<f64>().map_err(|_| {
                let problem = format!("`{value}` is no number; expected the value before `{unit}`");
                FormatError::at_line(Go.name(), number, &problem)
            })?;
            self.collection
                .values((entry, launch), metric(unit), &[parsed], |_| {
                    format!("line {number}")
                })?;
        }
        Ok(())
    }
}

fn metric(unit: &str) -> Metric {
    use Direction::{HigherIsBetter, LowerIsBetter};
    match unit {
        "ns/op" => Metric::sampled_time(),
        "B/op" => Metric::value("allocated_bytes", Unit::Bytes, LowerIsBetter),
        "allocs/op" => Metric::value("allocations", Unit::Count, LowerIsBetter),
        "MB/s" => Metric::value("throughput", Unit::Other("MB/s".into()), HigherIsBetter).sampled(),
        other => Metric::value(other, Unit::from(other.to_owned()), direction(other)),
    }
}

/// `key: value` as Go and benchstat write it before the benchmarks.
fn header_of(line: &str) -> Option<(&str, &str)> {
    let (key, value) = line.split_once(": ")?;
    matches!(key, "goos" | "goarch" | "pkg" | "cpu").then(|| (key, value.trim()))
}
