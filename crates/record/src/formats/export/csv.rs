//! Comma-separated values with a head (RFC 4180): one line for every value that was measured.

use super::samples;
use super::{Export, Exported};
use crate::{Direction, Run};

/// See the module.
#[derive(Debug)]
pub(super) struct Csv;

const HEAD: &str =
    "run,started_at,commit,benchmark,parameters,metric,unit,better,launch,sample,value\r\n";

impl Export for Csv {
    fn name(&self) -> &'static str {
        "csv"
    }

    fn read_by(&self) -> &'static str {
        "spreadsheets and data frames"
    }

    fn write(&self, run: &Run) -> Exported {
        let mut text = HEAD.to_owned();
        let mut left_out = 0;
        let commit = run.source.commit.as_deref().unwrap_or("");
        for benchmark in &run.benchmarks {
            let before = text.len();
            let parameters: Vec<String> = benchmark
                .parameters
                .iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect();
            let parameters = parameters.join(";");
            for metric in &benchmark.metrics {
                let better = match metric.direction {
                    Direction::LowerIsBetter => "lower",
                    Direction::HigherIsBetter => "higher",
                };
                let unit = metric.unit.to_string();
                let fields = [
                    run.id.as_str(),
                    &run.started_at,
                    commit,
                    benchmark.id.as_str(),
                    &parameters,
                    &metric.name,
                    &unit,
                    better,
                ];
                let begin: String = fields.iter().map(|field| quoted(field) + ",").collect();
                for (launch, values) in samples::by_launch(benchmark, metric) {
                    for (sample, value) in values.iter().enumerate() {
                        text.push_str(&format!("{begin}{launch},{sample},{value:?}\r\n"));
                    }
                }
            }
            left_out += usize::from(text.len() == before);
        }
        Exported { text, left_out }
    }
}

/// A field, in quotes where it needs them.
fn quoted(field: &str) -> String {
    if field.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", field.replace('"', "\"\""))
    } else {
        field.to_owned()
    }
}
