//! `fabench doctor`: what measuring needs, whether it is here, and what to do where it is not.
//!
//! Invariant: it changes nothing, and every line that is not `ok` ends in a remedy.

mod finding;
mod machine;
mod programs;
mod project;

use std::fmt::Write as _;
use std::path::Path;

use fabench_report::Style;
use serde::Serialize;

use self::finding::{Finding, State};
use crate::arguments::{DoctorArguments, ListFormat};
use crate::exit::Exit;
use crate::files::as_json;
use crate::screen::Screen;

/// Version of the JSON that `--format json` prints.
const SCHEMA_VERSION: u32 = 1;

#[derive(Serialize)]
struct Report {
    schema_version: u32,
    findings: Vec<Finding>,
}

/// Carries out `fabench doctor`; `config` is the file named on the command line.
pub(crate) fn doctor(
    config: Option<&Path>,
    arguments: &DoctorArguments,
    screen: &Screen,
) -> anyhow::Result<Exit> {
    let mut findings = project::look(config);
    findings.extend(programs::look());
    findings.extend(machine::look());
    let wrong = count(&findings, State::Wrong);
    screen.print(&match arguments.format {
        ListFormat::Terminal => lines(&findings, screen.style()),
        ListFormat::Json => as_json(&Report {
            schema_version: SCHEMA_VERSION,
            findings,
        })?,
    });
    Ok(if wrong > 0 { Exit::Failed } else { Exit::Pass })
}

fn count(findings: &[Finding], state: State) -> usize {
    findings
        .iter()
        .filter(|finding| finding.state == state)
        .count()
}

fn lines(findings: &[Finding], style: Style) -> String {
    let width = findings.iter().map(|it| it.check.len()).max().unwrap_or(0);
    let mut out = String::new();
    for finding in findings {
        let word = match finding.state {
            State::Ok => style.good("ok   "),
            State::Note => style.notice("note "),
            State::Wrong => style.bad("wrong"),
        };
        // Writing to a String cannot fail.
        let _ = writeln!(out, "{word}  {:width$}  {}", finding.check, finding.found);
        if let Some(remedy) = &finding.remedy {
            let _ = writeln!(
                out,
                "       {:width$}  {}",
                "",
                style.dim(&format!("→ {remedy}"))
            );
        }
    }
    let (wrong, notes) = (count(findings, State::Wrong), count(findings, State::Note));
    let verdict = match (wrong, notes) {
        (0, 0) => style.good("ready: everything is here"),
        (0, notes) => style.good(&format!(
            "ready; {notes} of {} could be better",
            findings.len()
        )),
        (wrong, _) => style.bad(&format!(
            "not ready: {wrong} of {} must be put right",
            findings.len()
        )),
    };
    let _ = writeln!(out, "\n{verdict}");
    out
}
