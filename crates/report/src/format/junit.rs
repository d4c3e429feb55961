//! JUnit's XML: a regression is a failure, what crashed an error, what was not decided skipped, so that no CI system
//! takes it for a pass.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use fabench_gate::{BenchmarkComparison, Comparison, Excuse, GoalOutcome, Verdict};
use fabench_record::{Outcome, Run};

use super::Renderer;
use crate::markup::escape;
use crate::{Style, comparison_verdict, run_verdict};

/// The form that Jenkins, GitLab and GitHub's test reporters read.
#[derive(Debug)]
pub(crate) struct Junit;

/// How a test case ended.
enum End {
    Passed,
    Failure { kind: String, message: String },
    Error { message: String, output: String },
    Skipped { message: String },
}

struct Case {
    name: String,
    seconds: Option<f64>,
    end: End,
}

impl Renderer for Junit {
    fn run(&self, run: &Run, goals: &[GoalOutcome]) -> String {
        let mut suites: BTreeMap<String, Vec<Case>> = BTreeMap::new();
        for benchmark in &run.benchmarks {
            let end = match &benchmark.outcome {
                Outcome::Measured => End::Passed,
                Outcome::Failed {
                    reason,
                    stderr_tail,
                } => End::Error {
                    message: reason.clone(),
                    output: stderr_tail.clone(),
                },
                Outcome::Interrupted => End::Skipped {
                    message: "interrupted".into(),
                },
            };
            let case = Case {
                name: benchmark.id.name().to_owned(),
                seconds: None,
                end,
            };
            let category = benchmark.id.category().to_owned();
            suites.entry(category).or_default().push(case);
        }
        for outcome in goals {
            let case = Case {
                name: format!("{} {}", outcome.goal.benchmark, outcome.metric),
                seconds: None,
                end: goal_end(outcome),
            };
            suites.entry("goals".into()).or_default().push(case);
        }
        let title = run_verdict(run, goals, Style::Plain);
        document(&title, Some(run.duration_ms as f64 / 1e3), &suites)
    }

    fn comparison(&self, comparison: &Comparison) -> String {
        let mut suites: BTreeMap<String, Vec<Case>> = BTreeMap::new();
        for entry in &comparison.benchmarks {
            let name = if entry.primary {
                entry.id.name().to_owned()
            } else {
                format!("{} [{}]", entry.id.name(), entry.metric)
            };
            let seconds = entry.side_by_side.map(|spent| spent.spent_ms as f64 / 1e3);
            let end = comparison_end(entry);
            let category = entry.id.category().to_owned();
            suites
                .entry(category)
                .or_default()
                .push(Case { name, seconds, end });
        }
        let title = comparison_verdict(comparison, Style::Plain);
        document(&title, None, &suites)
    }
}

fn goal_end(outcome: &GoalOutcome) -> End {
    if outcome.met {
        return End::Passed;
    }
    let message = outcome.problem.clone().unwrap_or_else(|| {
        let measured = outcome.measured.unwrap_or_default();
        let show = |value| crate::quantity(value, &outcome.unit);
        format!(
            "{} measured, the limit is {}",
            show(measured),
            show(outcome.limit)
        )
    });
    End::Failure {
        kind: "missed goal".into(),
        message,
    }
}

fn comparison_end(entry: &BenchmarkComparison) -> End {
    let message = format!("{}: {}", entry.verdict, entry.reason);
    match (&entry.excuse, entry.verdict) {
        (Some(Excuse::Muted { reason, until }), _) => End::Skipped {
            message: format!("muted until {until} ({reason}); {message}"),
        },
        (Some(Excuse::Accepted { reason }), _) => End::Skipped {
            message: format!("accepted ({reason}); {message}"),
        },
        (None, Verdict::Regression) => End::Failure {
            kind: entry.verdict.to_string(),
            message,
        },
        (None, Verdict::Failed) => End::Error {
            message,
            output: String::new(),
        },
        (None, Verdict::Missing | Verdict::NotComparable | Verdict::Inconclusive) => {
            End::Skipped { message }
        }
        (None, Verdict::Warning | Verdict::Improvement | Verdict::Unchanged | Verdict::New) => {
            End::Passed
        }
    }
}

fn document(title: &str, seconds: Option<f64>, suites: &BTreeMap<String, Vec<Case>>) -> String {
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let all: Vec<&Case> = suites.values().flatten().collect();
    let _ = writeln!(
        out,
        "<testsuites name=\"fabench: {}\"{}{}>",
        escape(title),
        counts(&all),
        time(seconds)
    );
    for (category, cases) in suites {
        let inner: Vec<&Case> = cases.iter().collect();
        let _ = writeln!(
            out,
            "  <testsuite name=\"{}\"{}>",
            escape(category),
            counts(&inner)
        );
        for case in cases {
            out.push_str(&test_case(category, case));
        }
        out.push_str("  </testsuite>\n");
    }
    out + "</testsuites>\n"
}

fn counts(cases: &[&Case]) -> String {
    let count = |matches: fn(&End) -> bool| cases.iter().filter(|case| matches(&case.end)).count();
    format!(
        " tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\"",
        cases.len(),
        count(|end| matches!(end, End::Failure { .. })),
        count(|end| matches!(end, End::Error { .. })),
        count(|end| matches!(end, End::Skipped { .. })),
    )
}

fn time(seconds: Option<f64>) -> String {
    seconds.map_or(String::new(), |seconds| format!(" time=\"{seconds:.3}\""))
}

fn test_case(category: &str, case: &Case) -> String {
    let head = format!(
        "    <testcase classname=\"{}\" name=\"{}\"{}",
        escape(category),
        escape(&case.name),
        time(case.seconds)
    );
    match &case.end {
        End::Passed => format!("{head}/>\n"),
        End::Failure { kind, message } => format!(
            "{head}>\n      <failure type=\"{}\" message=\"{}\"/>\n    </testcase>\n",
            escape(kind),
            escape(message)
        ),
        End::Error { message, output } => format!(
            "{head}>\n      <error type=\"failed\" message=\"{}\">{}</error>\n    </testcase>\n",
            escape(message),
            escape(output)
        ),
        End::Skipped { message } => format!(
            "{head}>\n      <skipped message=\"{}\"/>\n    </testcase>\n",
            escape(message)
        ),
    }
}
