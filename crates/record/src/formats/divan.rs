//! divan's table: a tree of names on the left, four times, and under them what was counted.
//!
//! divan tells no samples: `median_time`, `mean_time`, `min_time` and `max_time` are one value each. Below them it
//! tells rates of bytes, characters, cycles and items (`bytes_per_second`, `items_per_second`, …) and allocations
//! (`alloc_count`, `alloc_bytes`, `max_alloc_count`, …); of these the column of the median is kept. A benchmark is named by its path in
//! the tree, the executable's name first. What was ignored was not measured and is left out.

use super::collection::Collection;
use super::units::nanoseconds;
use super::{Document, Format, FormatError, Imported, names};
use crate::{Direction, Metric, Unit};

/// See the module.
#[derive(Debug)]
pub(super) struct Divan;

/// Columns of times in their order.
const COLUMNS: [&str; 4] = ["min_time", "max_time", "median_time", "mean_time"];

/// In which order they become metrics: the first is judged.
const ORDER: [usize; 4] = [2, 3, 0, 1];

impl Format for Divan {
    fn name(&self) -> &'static str {
        "divan"
    }

    fn made_by(&self) -> &'static str {
        "cargo bench, with divan"
    }

    fn recognises(&self, document: &Document) -> bool {
        document.lines().any(|(_, line)| header(line).is_some())
    }

    fn read(&self, document: &Document) -> Result<Vec<Imported>, FormatError> {
        let mut reader = Reader {
            collection: Collection::of_at_most(document.text().matches(['├', '╰']).count(), self),
            path: Vec::new(),
            last: None,
            section: None,
        };
        for (number, line) in document.lines() {
            if let Some(root) = header(line) {
                reader.path = vec![root.to_owned()];
                reader.last = None;
            } else if !reader.path.is_empty() {
                reader.row(number, line)?;
            }
        }
        Ok(vec![Imported::new(self, reader.collection.finish()?)])
    }
}

/// The executable's name, if this is the line above a tree.
fn header(line: &str) -> Option<&str> {
    let mut cells = line.split('│').map(str::trim);
    let root = cells.next()?.strip_suffix("fastest")?.trim_end();
    let titles: Vec<_> = cells.collect();
    (titles.starts_with(&["slowest", "median", "mean"])).then_some(root)
}

struct Reader {
    collection: Collection,
    /// Names from the root to the last row that has one.
    path: Vec<String>,
    /// The benchmark that rows without a name belong to.
    last: Option<usize>,
    /// What is allocated, below its title.
    section: Option<Section>,
}

/// Rows below a title such as `max alloc:`: counts first, then bytes.
struct Section {
    name: String,
    rows: usize,
}

impl Reader {
    fn row(&mut self, number: usize, line: &str) -> Result<(), FormatError> {
        let is_tree = |character: char| matches!(character, '│' | '├' | '╰' | '─' | ' ');
        let rest = line.trim_start_matches(is_tree);
        let prefix = &line[..line.len() - rest.len()];
        let cells: Vec<&str> = rest.split('│').map(str::trim_end).collect();
        if cells.len() < COLUMNS.len() {
            // What a benchmark itself prints, or the end.
            return Ok(());
        }
        let Some(branch) = prefix.chars().position(|one| matches!(one, '├' | '╰')) else {
            return self.below(number, &cells);
        };
        self.path.truncate(branch / 3 + 1);
        self.section = None;
        self.last = None;
        let (name, fastest) = cells[0].rsplit_once("  ").unwrap_or((cells[0], ""));
        let filled = cells[1..].iter().any(|cell| !cell.trim().is_empty());
        if !filled {
            let name = if fastest.trim() == "(ignored)" {
                name
            } else {
                cells[0]
            };
            self.path.push(name.trim().to_owned());
            return Ok(());
        }
        self.path.push(name.trim().to_owned());
        let path: Vec<&str> = self.path.iter().map(String::as_str).collect();
        let entry = self.collection.add(&names::id(&path), &path.join("/"));
        self.last = Some(entry);
        let mut times = Vec::new();
        for cell in [fastest, cells[1], cells[2], cells[3]] {
            times.push(time(cell).ok_or_else(|| wrong(number, cell, "a time such as `1.5 µs`"))?);
        }
        for index in ORDER {
            let metric = Metric::value(COLUMNS[index], Unit::Nanoseconds, Direction::LowerIsBetter);
            let place = |_| format!("line {number}");
            self.collection
                .values((entry, 0), metric, &[times[index]], place)?;
        }
        Ok(())
    }

    /// A row without a name: a rate, the title of allocations, or one of their two rows.
    fn below(&mut self, number: usize, cells: &[&str]) -> Result<(), FormatError> {
        let Some(entry) = self.last else {
            return Ok(());
        };
        if let Some(title) = cells[0].trim().strip_suffix(':') {
            self.section = Some(Section {
                name: title.replace(' ', "_"),
                rows: 0,
            });
            return Ok(());
        }
        let cell = cells[2].trim();
        if cell.is_empty() {
            return Ok(());
        }
        let (metric, value) = match &mut self.section {
            Some(section) => {
                section.rows += 1;
                let (what, unit) = if section.rows == 1 {
                    ("count", Unit::Count)
                } else {
                    ("bytes", Unit::Bytes)
                };
                let name = format!("{}_{what}", section.name);
                let value = scaled(cell, if section.rows == 1 { "" } else { "B" });
                (Metric::value(name, unit, Direction::LowerIsBetter), value)
            }
            None => rate(cell),
        };
        let value = value.ok_or_else(|| wrong(number, cell, "an amount such as `1.5 MB/s`"))?;
        let place = |_| format!("line {number}");
        self.collection.values((entry, 0), metric, &[value], place)
    }
}

fn wrong(number: usize, cell: &str, expected: &str) -> FormatError {
    let problem = format!("`{}` is none; expected {expected}", cell.trim());
    FormatError::at_line(Divan.name(), number, &problem)
}

/// Nanoseconds.
fn time(cell: &str) -> Option<f64> {
    let (value, unit) = cell.trim().split_once(' ')?;
    Some(value.parse::<f64>().ok()? * nanoseconds(unit)?)
}

/// `2.416 GB/s`, `302.1 Mitem/s`, `1.2 GHz`.
fn rate(cell: &str) -> (Metric, Option<f64>) {
    let known = [
        ("B/s", "bytes_per_second", "B/s"),
        ("char/s", "chars_per_second", "char/s"),
        ("item/s", "items_per_second", "1/s"),
        ("Hz", "cycles_per_second", "Hz"),
    ];
    let (suffix, name, unit) = known
        .into_iter()
        .find(|(suffix, ..)| cell.ends_with(suffix))
        .unwrap_or(("", "rate", ""));
    let unit = Unit::from(unit.to_owned());
    (
        Metric::value(name, unit, Direction::HigherIsBetter),
        scaled(cell, suffix),
    )
}

/// A number with a prefix of thousands, decimal or binary, before the unit `suffix`.
fn scaled(cell: &str, suffix: &str) -> Option<f64> {
    let text = cell.strip_suffix(suffix)?.trim_end();
    let at = text
        .find(|one: char| !one.is_ascii_digit() && one != '.')
        .unwrap_or(text.len());
    let (value, prefix) = text.split_at(at);
    let prefix = prefix.trim();
    let base: f64 = if prefix.ends_with('i') {
        1024.0
    } else {
        1000.0
    };
    let power = match prefix.trim_end_matches('i') {
        "" => 0,
        "K" | "k" => 1,
        "M" => 2,
        "G" => 3,
        "T" => 4,
        "P" => 5,
        _ => return None,
    };
    Some(value.parse::<f64>().ok()? * base.powi(power))
}
