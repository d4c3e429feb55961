//! The console reporter: titles of test cases between rules of dashes, then tables with three lines a benchmark, or with
//! one (`--benchmark-no-analysis`).

use super::super::collection::Collection;
use super::super::units::nanoseconds;
use super::super::{Document, Format as _, FormatError};
use super::{Catch2, Told};

/// Said of a benchmark that threw.
const FAILED: &str = "Benchmark failed (";

/// Least length of a rule.
const RULE: usize = 70;

pub(super) fn recognises(document: &Document) -> bool {
    !document.text().trim_start().starts_with('<')
        && document.lines().any(|(_, line)| is_head(line))
}

fn is_head(line: &str) -> bool {
    line.starts_with("benchmark name") && line.contains("samples") && line.contains("iterations")
}

fn is_rule_of(line: &str, character: u8) -> bool {
    line.len() >= RULE && line.bytes().all(|byte| byte == character)
}

/// Where in the output a line stands.
#[derive(Clone, Copy, PartialEq)]
enum At {
    Outside,
    /// Names of a test case and its sections.
    Names,
    /// Where they stand in the source.
    Source,
    /// The head of a table.
    Head,
    Rows,
}

struct State {
    at: At,
    test: Vec<String>,
    /// Whether benchmarks have their mean on the line of their name, and nothing else.
    brief: bool,
    /// Lines of a name that is broken.
    name: Vec<String>,
    /// The benchmark whose times come next.
    open: Option<usize>,
    mean: Option<[f64; 3]>,
}

pub(super) fn read(collection: &mut Collection, document: &Document) -> Result<(), FormatError> {
    let mut state = State {
        at: At::Outside,
        test: Vec::new(),
        brief: false,
        name: Vec::new(),
        open: None,
        mean: None,
    };
    let mut last = 1;
    for (number, line) in document.lines() {
        state.line(collection, number, line)?;
        last = number;
    }
    match state.open {
        None => Ok(()),
        Some(_) => Err(FormatError::Truncated {
            format: Catch2.name(),
            line: last,
            column: 0,
        }),
    }
}

impl State {
    fn line(
        &mut self,
        collection: &mut Collection,
        number: usize,
        line: &str,
    ) -> Result<(), FormatError> {
        if is_head(line) {
            self.at = At::Head;
            self.brief = line.contains("mean");
        } else if is_rule_of(line, b'.') || is_rule_of(line, b'=') {
            self.at = At::Outside;
        } else if is_rule_of(line, b'-') {
            self.at = match self.at {
                At::Names => At::Source,
                At::Head => At::Rows,
                At::Outside | At::Source | At::Rows => {
                    self.test.clear();
                    At::Names
                }
            };
        } else if !line.trim().is_empty() {
            match self.at {
                At::Names => self.test.push(line.trim().to_owned()),
                At::Rows => return self.row(collection, number, line),
                At::Outside | At::Source | At::Head => {}
            }
        }
        Ok(())
    }

    fn row(
        &mut self,
        collection: &mut Collection,
        number: usize,
        line: &str,
    ) -> Result<(), FormatError> {
        if let Some(entry) = self.open {
            let times = times(line).ok_or_else(|| {
                let problem = format!("`{}` is not three times with their units", line.trim());
                FormatError::at_line(Catch2.name(), number, &problem)
            })?;
            match self.mean.take() {
                None => self.mean = Some(times),
                Some(mean) => {
                    let told = Told::All(mean, times[0]);
                    super::add(collection, entry, &told, &format!("line {number}"))?;
                    self.open = None;
                }
            }
        } else if let Some((name, said)) = line.split_once(FAILED) {
            self.name.push(name.trim().to_owned());
            let entry = self.entry(collection);
            collection.fail(entry, said.trim_end().trim_end_matches(')'));
        } else if let Some((name, time)) = counted(line) {
            self.name.push(name);
            let entry = self.entry(collection);
            if self.brief {
                return super::add(
                    collection,
                    entry,
                    &Told::Mean(time),
                    &format!("line {number}"),
                );
            }
            self.open = Some(entry);
        } else {
            self.name.push(line.trim().to_owned());
        }
        Ok(())
    }

    fn entry(&mut self, collection: &mut Collection) -> usize {
        let parts = std::mem::take(&mut self.name).join(" ");
        super::entry(collection, &self.test, parts.trim())
    }
}

/// The last line of a name, and the time on it, if this is one: samples, iterations and a time follow the name.
fn counted(line: &str) -> Option<(String, f64)> {
    let fields: Vec<&str> = line.split_whitespace().collect();
    let [name @ .., samples, iterations, time, unit] = fields.as_slice() else {
        return None;
    };
    samples.parse::<u64>().ok()?;
    iterations.parse::<u64>().ok()?;
    let time = time.parse::<f64>().ok()? * nanoseconds(unit)?;
    Some((name.join(" "), time))
}

/// Three times with their units, in nanoseconds.
fn times(line: &str) -> Option<[f64; 3]> {
    let fields: Vec<&str> = line.split_whitespace().collect();
    let (pairs, []) = fields.as_chunks::<2>() else {
        return None;
    };
    let mut times = [0.0; 3];
    if pairs.len() != times.len() {
        return None;
    }
    for (time, [value, unit]) in times.iter_mut().zip(pairs) {
        *time = value.parse::<f64>().ok()? * nanoseconds(unit)?;
    }
    Some(times)
}
