//! The self-test in words: a line for each rate, the bound it supports, the verdict.

use std::fmt::Write as _;

use fabench_report::Style;

use super::tally::{CONFIDENCE, Measured, Promise, Tally, slow_down, trials_to_support};

/// Surprises that are named; the rest is counted.
const MOST_SURPRISES: usize = 12;

/// The rates as a table, what surprised, and what so many trials support.
pub(super) fn table(tally: &Tally, style: Style) -> String {
    let heading = format!(
        "{:<20}{:<19}{:>10}{:>9}  {:<20}{}",
        "slow-down",
        "counted",
        "happened",
        "rate",
        format!("{:.0} % interval", CONFIDENCE * 100.0),
        "promised"
    );
    let mut out = format!("{}\n", style.dim(heading.trim_end()));
    for row in tally.rates() {
        let _ = writeln!(out, "{}", line(row, style));
    }
    for surprise in tally.surprises.iter().take(MOST_SURPRISES) {
        let _ = writeln!(out, "unexpected: {surprise}");
    }
    if let Some(more) = tally
        .surprises
        .len()
        .checked_sub(MOST_SURPRISES)
        .filter(|more| *more > 0)
    {
        let _ = writeln!(out, "unexpected: {more} more");
    }
    out + &bound(tally)
}

fn line(row: &Measured, style: Style) -> String {
    let slow_down = match row.extra_work_permille {
        0 => "none (A/A)".to_owned(),
        permille => format!("{} of the work", slow_down(permille)),
    };
    let rate = row.rate;
    let (lower, upper) = rate.interval(CONFIDENCE);
    let share = if rate.trials == 0 {
        "-".to_owned()
    } else {
        percent(rate.hits as f64 / rate.trials as f64)
    };
    let promised = match row.promise {
        Some(Promise::AtMost(most)) => format!("≤ {}", percent(most)),
        Some(Promise::AtLeast(least)) => format!("≥ {}", percent(least)),
        None => "-".to_owned(),
    };
    let text = format!(
        "{slow_down:<20}{:<19}{:>10}{share:>9}  {:<20}{promised}",
        row.what,
        format!("{} of {}", rate.hits, rate.trials),
        format!("{} … {}", percent(lower), percent(upper)),
    );
    if row.refuted() {
        style.bad(&format!("{text}  broken"))
    } else {
        text
    }
}

/// What the comparisons of identical executables support.
fn bound(tally: &Tally) -> String {
    let rate = tally.false_alarms();
    if rate.trials == 0 {
        return String::new();
    }
    let bound = percent(rate.interval(CONFIDENCE).1);
    let mut out = format!(
        "\n{} comparisons of identical executables with {} false alarms support a false-alarm rate of at most {bound}",
        rate.trials, rate.hits
    );
    let _ = write!(
        out,
        ";\nthey took {:.1} s each on average",
        tally.unchanged_seconds()
    );
    if let Some(Promise::AtMost(promise)) = tally.rates()[0].promise {
        let _ = write!(
            out,
            ";\nto support the promise of {} it takes {:.0} without any",
            percent(promise),
            trials_to_support(promise)
        );
    }
    out + "\n"
}

/// The last line.
pub(super) fn verdict(tally: &Tally, interrupted: bool, style: Style) -> String {
    let trials = tally.trials();
    let refuted: Vec<String> = tally
        .refuted()
        .into_iter()
        .map(|row| format!("{} {}", slow_down(row.extra_work_permille), row.what))
        .collect();
    if !refuted.is_empty() {
        style.bad(&format!(
            "broken: {trials} trials exclude what is promised of {}",
            refuted.join(", ")
        ))
    } else if interrupted {
        style.notice(&format!(
            "interrupted: {trials} trials, none against a promise"
        ))
    } else if trials == 0 {
        style.bad("failed: there was nothing to test with")
    } else {
        style.good(&format!("passed: {trials} trials exclude no promise"))
    }
}

/// A share from 0 to 1, exact enough to tell a promise from zero.
fn percent(share: f64) -> String {
    let percent = share * 100.0;
    if percent > 0.0 && percent < 0.995 {
        format!("{percent:.2} %")
    } else {
        format!("{percent:.1} %")
    }
}

#[cfg(test)]
mod tests {
    use fabench_gate::Policy;

    use super::*;

    #[test]
    fn the_table_says_what_is_promised() {
        let text = table(&Tally::new(&Policy::default()), Style::Plain);
        assert!(text.contains("≤ 0.05 %"), "{text}");
        assert!(text.contains("≥ 98.0 %"), "{text}");
        assert!(!text.contains("broken"), "{text}");
    }

    #[test]
    fn small_shares_are_not_rounded_to_nothing() {
        assert_eq!(percent(0.0005), "0.05 %");
        assert_eq!(percent(0.0), "0.0 %");
        assert_eq!(percent(1.0), "100.0 %");
    }
}
