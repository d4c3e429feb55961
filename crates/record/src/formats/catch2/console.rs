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
    /// Lines of a name that is broken; the last of them may stand before counts or times.
    name: Vec<String>,
    /// Whether the counts of a benchmark were told, and so its times come next.
    open: bool,
    mean: Option<[f64; 3]>,
}

pub(super) fn read(collection: &mut Collection, document: &Document) -> Result<(), FormatError> {
    let mut state = State {
        at: At::Outside,
        test: Vec::new(),
        brief: false,
        name: Vec::new(),
        open: false,
        mean: None,
    };
    let (mut last, mut length) = (1, 0);
    for (number, line) in document.lines() {
        state.line(collection, number, line)?;
        (last, length) = (number, line.chars().count());
    }
    if !state.open {
        return Ok(());
    }
    Err(FormatError::Truncated {
        format: Catch2.name(),
        line: last,
        column: length + 1,
    })
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
        if let Some((name, said)) = line.split_once(FAILED) {
            self.name.push(name.trim().to_owned());
            let entry = self.entry(collection);
            collection.fail(entry, said.trim_end().trim_end_matches(')'));
            self.open = false;
        } else if let Some((name, time)) = counted(line) {
            if self.open {
                let problem =
                    "counts of a benchmark; expected the mean and the deviation of the one before";
                return Err(FormatError::at_line(Catch2.name(), number, problem));
            }
            self.name.push(name);
            if self.brief {
                let entry = self.entry(collection);
                return super::add(
                    collection,
                    entry,
                    &Told::Mean(time),
                    &format!("line {number}"),
                );
            }
            self.open = true;
        } else if let Some((name, times)) = times(line).filter(|_| self.open) {
            self.name.push(name);
            match self.mean.take() {
                None => self.mean = Some(times),
                Some(mean) => {
                    let entry = self.entry(collection);
                    let told = Told::All(mean, times[0]);
                    super::add(collection, entry, &told, &format!("line {number}"))?;
                    self.open = false;
                }
            }
        } else if self.open && has_units_of_times(line) {
            let problem = format!(
                "`{}` is not three times; expected the mean or the standard deviation, and its bounds",
                line.trim()
            );
            return Err(FormatError::at_line(Catch2.name(), number, &problem));
        } else {
            self.name.push(line.trim().to_owned());
        }
        Ok(())
    }

    fn entry(&mut self, collection: &mut Collection) -> usize {
        let mut parts = std::mem::take(&mut self.name);
        parts.retain(|part| !part.is_empty());
        super::entry(collection, &self.test, &parts.join(" "))
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

/// Whether the line ends as one with three times does, whatever stands there for numbers.
fn has_units_of_times(line: &str) -> bool {
    let mut fields = line.split_whitespace().rev();
    let units: Vec<_> = fields.by_ref().step_by(2).take(3).collect();
    units.len() == 3 && units.into_iter().all(|unit| nanoseconds(unit).is_some())
}

/// What stands before three times with their units at the end of the line, and the times in nanoseconds.
fn times(line: &str) -> Option<(String, [f64; 3])> {
    let fields: Vec<&str> = line.split_whitespace().collect();
    let (name, last) = fields.split_at_checked(fields.len().checked_sub(6)?)?;
    let mut times = [0.0; 3];
    for (time, pair) in times.iter_mut().zip(last.chunks(2)) {
        let [value, unit] = pair else { return None };
        *time = value.parse::<f64>().ok()? * nanoseconds(unit)?;
    }
    Some((name.join(" "), times))
}
