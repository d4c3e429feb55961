//! Words for what was found: why a benchmark was judged as it was.

use std::fmt::Write as _;

use fabench_record::Direction;

use crate::comparison::BenchmarkComparison;
use crate::excuse::Excuse;
use crate::judge::Verdict;

/// A relative change such as 0.123 as `+12.3 %`, with as many digits as matter.
pub(crate) fn percent(change: f64) -> String {
    let percent = change * 100.0;
    if percent.abs() >= 1e6 {
        format!("{percent:+.1e} %")
    } else if percent.abs() >= 100.0 {
        format!("{percent:+.0} %")
    } else {
        format!("{percent:+.1} %")
    }
}

/// Which row of the table matched, with the numbers.
pub(crate) fn describe_ratio(entry: &BenchmarkComparison, with_interval: bool) -> String {
    let Some(ratio) = entry.ratio else {
        return entry.reason.clone();
    };
    let change = percent(ratio.estimate - 1.0);
    let (low, high) = (percent(ratio.lower - 1.0), percent(ratio.upper - 1.0));
    let thresholds = &entry.thresholds;
    let numbers = match (with_interval, entry.direction) {
        (true, _) => format!("cost {change} (surely between {low} and {high})"),
        (false, _) => format!("cost {change}"),
    };
    let row = match entry.verdict {
        Verdict::Regression => format!(
            "at least {}, and surely above {}",
            thresholds.critical, thresholds.warning
        ),
        Verdict::Warning if ratio.estimate - 1.0 >= thresholds.critical.get() => format!(
            "at least {}, but not surely above {}",
            thresholds.critical, thresholds.warning
        ),
        Verdict::Warning => format!(
            "at least {}, below {}",
            thresholds.warning, thresholds.critical
        ),
        Verdict::Improvement => format!(
            "the baseline costs at least {} more",
            thresholds.improvement
        ),
        Verdict::Unchanged => format!(
            "surely less than {} up or {} down",
            thresholds.warning, thresholds.improvement
        ),
        _ if ratio.lower > 1.0 || ratio.upper < 1.0 => {
            "a change, but not surely one that matters".to_owned()
        }
        _ => "no change is possible, and so is one that matters".to_owned(),
    };
    format!("{numbers}: {row}")
}

/// In words, several lines, why it was judged so; for `--explain`.
pub fn explain(entry: &BenchmarkComparison) -> String {
    let mut text = format!("{} ({}): {}\n", entry.id, entry.metric, entry.verdict);
    // Writing to a String cannot fail.
    let _ = writeln!(text, "  why: {}", entry.reason);
    if let (Some(old), Some(new)) = (&entry.baseline, &entry.candidate) {
        let _ = writeln!(
            text,
            "  baseline {:.6} {unit} over {} launches (spread {}), candidate {:.6} {unit} over {} (spread {})",
            old.value,
            old.launches.len(),
            percent(old.spread),
            new.value,
            new.launches.len(),
            percent(new.spread),
            unit = entry.unit,
        );
        if entry.direction == Direction::HigherIsBetter {
            text.push_str(
                "  higher is better, so cost is the baseline's value divided by the candidate's\n",
            );
        }
    }
    let thresholds = &entry.thresholds;
    let _ = writeln!(
        text,
        "  thresholds: regression from {}, warning from {}, improvement from {}",
        thresholds.critical, thresholds.warning, thresholds.improvement
    );
    if let Some(spread) = &entry.run_spread {
        let _ = writeln!(
            text,
            "  the interval includes a spread between runs of {} ({} differences between earlier runs were seen; {} was assumed before)",
            percent(spread.log_sd.exp_m1()),
            spread.observed,
            percent(spread.prior_log_sd.exp_m1()),
        );
    }
    if let Some(spent) = &entry.side_by_side {
        let _ = writeln!(
            text,
            "  measured side by side: {} launch pairs, {} more to confirm, {:.1} s",
            spent.launches,
            spent.confirming_launches,
            spent.spent_ms as f64 / 1e3
        );
    }
    if let Some(change) = entry.minimum_detectable_change {
        let _ = writeln!(
            text,
            "  an increase of {} would have been reported with a chance of 80 %",
            percent(change)
        );
    }
    match &entry.excuse {
        Some(Excuse::Muted { reason, until }) => {
            let _ = writeln!(text, "  let pass: muted until {until}: {reason}");
        }
        Some(Excuse::Accepted { reason }) => {
            let _ = writeln!(text, "  let pass: accepted: {reason}");
        }
        None => {}
    }
    if let Some(remedy) = &entry.remedy {
        let _ = writeln!(text, "  what to do: {remedy}");
    }
    text
}
