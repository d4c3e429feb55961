//! Many pictures: on one sheet, or as files.

use std::collections::{BTreeMap, BTreeSet};

use fabench_record::{Benchmark, Run};

use super::canvas::{Anchor, Canvas};
use super::{WIDTH, distribution, group};

const MARGIN: f64 = 16.0;
const HEADING: f64 = 44.0;

/// Most benchmarks on one sheet: with more, nobody finds one.
const MOST_ON_SHEET: usize = 400;

/// A picture as a file.
#[derive(Debug)]
pub struct Picture {
    /// File name, or folder and file name, with `/` between; safe on every system, unique without regard to case.
    pub path: String,
    /// Content.
    pub svg: String,
}

/// A picture for each category, `category.svg`, and one for each benchmark, `category/name.svg`.
pub fn histograms(run: &Run) -> Vec<Picture> {
    let mut taken = BTreeSet::new();
    let mut pictures = Vec::new();
    for (category, benchmarks) in by_category(run) {
        let folder = unique(&mut taken, &safe(category));
        if let Some(canvas) = group(category, &benchmarks) {
            pictures.push(Picture {
                path: format!("{folder}.svg"),
                svg: canvas.standalone(category),
            });
        }
        for benchmark in benchmarks {
            if let Some(canvas) = distribution(benchmark) {
                let path = unique(
                    &mut taken,
                    &format!("{folder}/{}", safe(benchmark.id.name())),
                );
                pictures.push(Picture {
                    path: format!("{path}.svg"),
                    svg: canvas.standalone(benchmark.id.as_str()),
                });
            }
        }
    }
    pictures
}

/// Everything in two columns: each category's box plots, then its distributions.
pub(crate) fn run_sheet(run: &Run) -> Canvas {
    let mut blocks = Vec::new();
    let mut count = 0;
    for (category, benchmarks) in by_category(run) {
        let room = MOST_ON_SHEET.saturating_sub(count);
        let shown = &benchmarks[..benchmarks.len().min(room)];
        count += shown.len();
        let mut pictures: Vec<Canvas> = group(category, shown).into_iter().collect();
        pictures.extend(shown.iter().filter_map(|benchmark| distribution(benchmark)));
        blocks.push((category, pictures));
    }
    let line_height =
        |pair: &[Canvas]| pair.iter().map(|it| it.height).fold(0.0, f64::max) + MARGIN;
    let height: f64 = blocks
        .iter()
        .filter(|(_, pictures)| !pictures.is_empty())
        .map(|(_, pictures)| HEADING + pictures.chunks(2).map(line_height).sum::<f64>())
        .sum();
    let width = 2.0 * WIDTH + 3.0 * MARGIN;
    let mut sheet = Canvas::new(width, height + HEADING + MARGIN);
    let total = run
        .benchmarks
        .iter()
        .filter(|it| !it.launches.is_empty())
        .count();
    let left_out = if total > count {
        format!(", the first {count} of {total} benchmarks")
    } else {
        String::new()
    };
    sheet.text(
        "",
        Anchor::Start,
        [MARGIN * 2.0, 28.0],
        &format!("run {}{left_out}", run.id),
    );
    let mut top = HEADING;
    for (category, pictures) in blocks.iter().filter(|(_, pictures)| !pictures.is_empty()) {
        sheet.short_text(
            "heading",
            Anchor::Start,
            [MARGIN * 2.0, top + 28.0],
            category,
            90,
        );
        top += HEADING;
        for pair in pictures.chunks(2) {
            for (index, picture) in pair.iter().enumerate() {
                sheet.place(picture, [MARGIN + index as f64 * (WIDTH + MARGIN), top]);
            }
            top += line_height(pair);
        }
    }
    sheet
}

/// Benchmarks with samples by category, each in the order of their names.
pub(crate) fn by_category(run: &Run) -> BTreeMap<&str, Vec<&Benchmark>> {
    let mut categories: BTreeMap<&str, Vec<&Benchmark>> = BTreeMap::new();
    for benchmark in run.benchmarks.iter().filter(|it| !it.launches.is_empty()) {
        categories
            .entry(benchmark.id.category())
            .or_default()
            .push(benchmark);
    }
    for benchmarks in categories.values_mut() {
        benchmarks.sort_by(|a, b| a.id.cmp(&b.id));
    }
    categories
}

/// The text as a file name: letters, digits, `.`, `_` and `-`.
fn safe(text: &str) -> String {
    let allowed = |c: char| {
        if c.is_ascii_alphanumeric() || "._-".contains(c) {
            c
        } else {
            '_'
        }
    };
    let name: String = text.chars().take(80).map(allowed).collect();
    // Neither hidden nor ending in a dot, as no file may on some systems.
    format!(
        "{}{}",
        if name.starts_with('.') { "_" } else { "" },
        name.trim_end_matches('.')
    )
}

/// `path`, or with a number where it is taken.
fn unique(taken: &mut BTreeSet<String>, path: &str) -> String {
    let mut unique = path.to_owned();
    let mut number = 2;
    while !taken.insert(unique.to_lowercase()) {
        unique = format!("{path}-{number}");
        number += 1;
    }
    unique
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_safe_files_of_their_own() {
        let mut taken = BTreeSet::new();
        let names = ["a b", "a_b", "A_B", "../x", "..", "größe"];
        let files: Vec<String> = names
            .iter()
            .map(|name| unique(&mut taken, &safe(name)))
            .collect();
        assert_eq!(files, ["a_b", "a_b-2", "A_B-3", "_.._x", "_", "gr__e"]);
    }
}
