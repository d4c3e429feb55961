//! What other tools would say on the same machine: all of A is measured, then all of B.

use statrs::distribution::{ContinuousCDF, StudentsT};

use crate::machine::{MEASURED_NOISE, Machine, kernel_at};

/// The rules that people use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rule {
    /// `pytest-benchmark --benchmark-compare-fail=mean:10%`.
    PytestMean10,
    /// criterion's report: the interval of the mean's change lies beyond its noise threshold of 2 %.
    CriterionLike,
    /// Five runs of each side, Welch's t-test at 5 %.
    Welch,
    /// hyperfine's relative speed: the ratio of means exceeds 1 by more than its printed uncertainty.
    HyperfineRatio,
}

/// All of them.
pub(crate) const RULES: [Rule; 4] = [
    Rule::PytestMean10,
    Rule::CriterionLike,
    Rule::Welch,
    Rule::HyperfineRatio,
];

/// Wall time that each rule gets, both sides together.
pub(crate) const BUDGET_MS: u64 = 3000;

impl Rule {
    /// Its name in the table.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::PytestMean10 => "pytest-benchmark mean:10%",
            Self::CriterionLike => "criterion-like, noise 2 %",
            Self::Welch => "Welch, 5 + 5 runs, p < 5 %",
            Self::HyperfineRatio => "hyperfine ratio > its ±",
        }
    }

    /// Whether it flags a benchmark that costs `change` more (log).
    pub(crate) fn flags(self, kernel: usize, change: f64, seed: u64) -> bool {
        let kernel = kernel_at(kernel, MEASURED_NOISE);
        let mut machine = Machine::new(kernel, 60.0, seed);
        if self == Self::Welch {
            let mut runs = |change: f64| -> Vec<f64> {
                let run = |_| mean(&side(&mut machine, change, BUDGET_MS / 10));
                (0..5).map(run).collect()
            };
            let (old, new) = (runs(0.0), runs(change));
            let (difference, error, freedom) = welch(&old, &new);
            let student = StudentsT::new(0.0, 1.0, freedom).unwrap();
            return difference > 0.0 && 2.0 * student.cdf(-difference / error) < 0.05;
        }
        let old = side(&mut machine, 0.0, BUDGET_MS / 2);
        // Building and starting the other side takes a while.
        machine.pass(30.0);
        let new = side(&mut machine, change, BUDGET_MS / 2);
        let ratio = mean(&new) / mean(&old);
        match self {
            Self::PytestMean10 => ratio > 1.1,
            Self::CriterionLike => {
                let (difference, error, _) = welch(&old, &new);
                (difference - 1.96 * error) / mean(&old) > 0.02
            }
            _ => {
                let relative = |values: &[f64]| deviation(values) / mean(values);
                let uncertainty = ratio * relative(&old).hypot(relative(&new));
                ratio - uncertainty > 1.0
            }
        }
    }
}

/// Mean times of the rounds of one process that measures for `ms`, 25 ms a round.
fn side(machine: &mut Machine, change: f64, ms: u64) -> Vec<f64> {
    // A round of one launch at a time would be kinder than these tools are: they start one process.
    let mut values = Vec::new();
    let launched = machine.launch(change, (ms / 25) as usize);
    for mean in launched.means {
        values.push(mean.exp());
    }
    machine.pass(ms as f64 / 1e3);
    values
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

fn deviation(values: &[f64]) -> f64 {
    let centre = mean(values);
    let squares: f64 = values.iter().map(|value| (value - centre).powi(2)).sum();
    (squares / (values.len() as f64 - 1.0)).sqrt()
}

/// Difference of means, its standard error, and Welch's degrees of freedom.
fn welch(old: &[f64], new: &[f64]) -> (f64, f64, f64) {
    let part = |values: &[f64]| deviation(values).powi(2) / values.len() as f64;
    let (a, b) = (part(old), part(new));
    let freedom =
        (a + b).powi(2) / (a * a / (old.len() as f64 - 1.0) + b * b / (new.len() as f64 - 1.0));
    (mean(new) - mean(old), (a + b).sqrt(), freedom)
}
