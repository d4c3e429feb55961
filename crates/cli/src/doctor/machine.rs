//! What of the machine makes numbers jump.

use std::fs;
use std::num::NonZero;

use super::finding::Finding;

pub(super) fn look() -> Vec<Finding> {
    let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
    let governor = text("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor");
    let mut findings = vec![cores_finding(cores), governor_finding(governor.as_deref())];
    findings.extend(text("/proc/loadavg").and_then(|it| load_finding(&it, cores)));
    findings.extend(text("/proc/sys/kernel/perf_event_paranoid").map(|it| paranoia_finding(&it)));
    findings
}

fn cores_finding(cores: usize) -> Finding {
    if cores > 1 {
        return Finding::ok("cores", format!("{cores}"));
    }
    Finding::note(
        "cores",
        "1: benchmark and runner share it",
        "measure on a machine with at least 2; side by side, `fabench compare` suffers least",
    )
}

fn governor_finding(governor: Option<&str>) -> Finding {
    match governor {
        None => Finding::ok(
            "frequency governor",
            "none is visible, as in most virtual machines",
        ),
        Some("performance") => Finding::ok("frequency governor", "performance"),
        Some(other) => Finding::note(
            "frequency governor",
            format!("{other}: the clock follows the load, so that short benchmarks look slower"),
            "sudo cpupower frequency-set -g performance",
        ),
    }
}

fn load_finding(text: &str, cores: usize) -> Option<Finding> {
    let load: f64 = text.split_whitespace().next()?.parse().ok()?;
    let shown = format!("{load:.2} on {cores} cores");
    Some(if load < 0.5 * cores as f64 {
        Finding::ok("load", shown)
    } else {
        Finding::note(
            "load",
            format!("{shown}: others are using the machine"),
            "wait, or stop what runs; `fabench compare` measures both sides under the same load",
        )
    })
}

/// Above 2, the kernel lets no user read hardware counters; 2 allows one's own processes.
fn paranoia_finding(text: &str) -> Finding {
    let check = "perf_event_paranoid";
    match text.parse::<i32>() {
        Ok(level) if level <= 2 => Finding::ok(check, format!("{level}")),
        _ => Finding::note(
            check,
            format!("{text}: hardware counters can't be read (times can)"),
            "sudo sysctl kernel.perf_event_paranoid=2",
        ),
    }
}

fn text(path: &str) -> Option<String> {
    fs::read_to_string(path)
        .ok()
        .map(|text| text.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::finding::State;

    #[test]
    fn what_makes_numbers_jump_is_noted_with_a_remedy() {
        for finding in [
            cores_finding(1),
            governor_finding(Some("powersave")),
            load_finding("7.91 5 4 1/9 1", 8).unwrap(),
            paranoia_finding("4"),
        ] {
            assert_eq!(finding.state, State::Note, "{finding:?}");
            assert!(finding.remedy.is_some());
        }
        for finding in [
            cores_finding(2),
            governor_finding(None),
            load_finding("0.10 5 4 1/9 1", 8).unwrap(),
            paranoia_finding("-1"),
        ] {
            assert_eq!(finding.state, State::Ok, "{finding:?}");
        }
        assert!(load_finding("", 8).is_none());
    }
}
