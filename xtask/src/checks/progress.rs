//! What a person reads while the steps run: headings and durations on standard error, the verdict on standard output.

use std::time::{Duration, Instant};

use crate::checks::{Outcome, Step};

/// Where we are among the steps.
pub(crate) struct Progress {
    steps: usize,
    began: Instant,
    done: Vec<(Step, Outcome, Duration)>,
}

impl Progress {
    /// Before the first of `steps` steps.
    pub(crate) fn new(steps: usize) -> Self {
        Self {
            steps,
            began: Instant::now(),
            done: Vec::new(),
        }
    }

    /// Prints the step's heading.
    pub(crate) fn begin(&self, step: Step) {
        let number = self.done.len() + 1;
        let (name, what) = (step.name(), step.what());
        eprintln!("\n=== {number}/{} {name}: {what} ===", self.steps);
    }

    /// Notes how a step ended.
    pub(crate) fn end(&mut self, step: Step, outcome: Outcome, took: Duration) {
        let (name, took_text) = (step.name(), minutes(took));
        match &outcome {
            Outcome::Passed => eprintln!("--- {name}: passed in {took_text}"),
            Outcome::Skipped(reason) => eprintln!("--- {name}: skipped: {reason}"),
        }
        self.done.push((step, outcome, took));
    }

    /// Says what failed, how to run it again, and what was not run.
    pub(crate) fn fail(&self, step: Step, error: &anyhow::Error, rest: &[Step]) {
        let name = step.name();
        eprintln!("--- {name}: failed: {error:#}");
        if !rest.is_empty() {
            eprintln!("--- not run: {}", names(rest));
        }
        let (took, command) = (minutes(self.began.elapsed()), step.command());
        println!("xtask test: failed at {name} after {took}; only this step again: {command}");
    }

    /// Says that all steps passed, and what was left out.
    pub(crate) fn pass(&self) {
        println!("{}", verdict(&self.done, self.began.elapsed()));
    }
}

fn verdict(done: &[(Step, Outcome, Duration)], took: Duration) -> String {
    let passed = |outcome: &Outcome| *outcome == Outcome::Passed;
    let steps: Vec<String> = done
        .iter()
        .filter(|(_, outcome, _)| passed(outcome))
        .map(|(step, _, took)| format!("{} {}", step.name(), minutes(*took)))
        .collect();
    let skipped: Vec<String> = done
        .iter()
        .filter_map(|(step, outcome, _)| match outcome {
            Outcome::Passed => None,
            Outcome::Skipped(reason) => Some(format!("{} ({reason})", step.name())),
        })
        .collect();
    let mut line = format!(
        "xtask test: passed in {}: {}",
        minutes(took),
        steps.join(", ")
    );
    if !skipped.is_empty() {
        line = format!("{line}; skipped: {}", skipped.join(", "));
    }
    line
}

fn names(steps: &[Step]) -> String {
    let names: Vec<&str> = steps.iter().map(|step| step.name()).collect();
    names.join(", ")
}

/// A duration as `12 min 3 s`.
fn minutes(duration: Duration) -> String {
    let seconds = duration.as_secs();
    match seconds / 60 {
        0 => format!("{seconds} s"),
        minutes => format!("{minutes} min {} s", seconds % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_as_minutes_and_seconds() {
        assert_eq!(minutes(Duration::from_millis(900)), "0 s");
        assert_eq!(minutes(Duration::from_secs(59)), "59 s");
        assert_eq!(minutes(Duration::from_secs(723)), "12 min 3 s");
    }

    #[test]
    fn what_was_skipped_is_not_called_passed() {
        let done = [
            (Step::Fmt, Outcome::Passed, Duration::from_secs(1)),
            (
                Step::Deny,
                Outcome::Skipped("not installed".into()),
                Duration::ZERO,
            ),
        ];
        assert_eq!(
            verdict(&done, Duration::from_secs(61)),
            "xtask test: passed in 1 min 1 s: fmt 1 s; skipped: deny (not installed)"
        );
    }
}
