//! Workflow commands of GitHub Actions: `::error title=…::…` and `::warning …`, which show beside the job.
//!
//! Invariant: each is one line, and nothing in a name or reason can begin another command.

use fabench_gate::{BenchmarkComparison, Comparison, Verdict};

use crate::markup::{is_unsafe, push_escaped};

/// GitHub shows at most ten of each kind for a step.
const MOST_OF_A_KIND: usize = 10;

/// An annotation for each finding without an excuse, gravest first, each ending in a line break.
pub fn annotations(comparison: &Comparison) -> String {
    let mut entries: Vec<_> = comparison
        .benchmarks
        .iter()
        .filter(|it| it.excuse.is_none())
        .collect();
    entries.sort_by(|a, b| (a.verdict, &a.id, &a.metric).cmp(&(b.verdict, &b.id, &b.metric)));
    let of = |wanted: &[Verdict]| -> Vec<&BenchmarkComparison> {
        entries
            .iter()
            .copied()
            .filter(|entry| wanted.contains(&entry.verdict))
            .collect()
    };
    let errors = of(&[Verdict::Regression, Verdict::Failed]);
    let warnings = of(&[Verdict::Missing, Verdict::Warning, Verdict::NotComparable]);
    commands("error", &errors) + &commands("warning", &warnings)
}

fn commands(kind: &str, entries: &[&BenchmarkComparison]) -> String {
    // The last place is for the number of those that have none.
    let shown = if entries.len() > MOST_OF_A_KIND {
        MOST_OF_A_KIND - 1
    } else {
        entries.len()
    };
    let mut out = String::new();
    for entry in &entries[..shown] {
        let title = format!("{}: {}", entry.verdict, entry.id);
        let message = format!("{} ({}): {}", entry.id, entry.metric, entry.reason);
        out.push_str(&command(kind, &title, &message));
    }
    if shown < entries.len() {
        let message = format!("{} more in the report", entries.len() - shown);
        out.push_str(&command(kind, "more findings", &message));
    }
    out
}

fn command(kind: &str, title: &str, message: &str) -> String {
    format!("::{kind} title={}::{}\n", property(title), data(message))
}

/// As the runner's own toolkit escapes a message; what is not seen is shown, since the line stands in the log, too.
fn data(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        if is_unsafe(character) && !matches!(character, '\n' | '\r') {
            push_escaped(&mut shown, character);
        } else {
            shown.push(character);
        }
    }
    shown
        .replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// As the runner's own toolkit escapes a property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_as_the_runner_reads() {
        assert_eq!(
            command("error", "a: b, 5 %", "x\n::warning::y 7 %"),
            "::error title=a%3A b%2C 5 %25::x%0A::warning::y 7 %25\n"
        );
        assert_eq!(
            command("error", "a\u{1b}[1m", "b\u{202e}"),
            "::error title=a\\u{1b}[1m::b\\u{202e}\n"
        );
    }
}
