//! The shell steps of a workflow, read from the file that GitHub reads and run as its runner runs them.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use crate::support::Called;

/// A step with a script.
#[derive(Debug)]
pub(crate) struct Step {
    pub(crate) name: String,
    pub(crate) script: String,
    /// Names of the variables that the step sets.
    pub(crate) variables: Vec<String>,
}

/// The steps of `job` that are scripts, in their order; of a composite action, all of them.
pub(crate) fn steps(file: &Path, job: Option<&str>) -> Vec<Step> {
    let text = fs::read_to_string(file).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let begin = job.map_or(0, |job| {
        let heading = format!("  {job}:");
        lines.iter().position(|line| *line == heading).unwrap() + 1
    });
    let mut found: Vec<Step> = Vec::new();
    let mut index = begin;
    while index < lines.len() {
        let line = lines[index];
        let is_other_job = job.is_some()
            && line.starts_with("  ")
            && line.trim_end().ends_with(':')
            && indentation(line) == 2;
        if is_other_job {
            break;
        }
        if let Some(name) = line.trim().strip_prefix("- name: ") {
            found.push(Step {
                name: name.to_owned(),
                script: String::new(),
                variables: Vec::new(),
            });
        }
        let step = found.last_mut();
        if let Some(step) = step {
            let block = block_below(&lines, index);
            if line.trim() == "env:" {
                let names = block.iter().filter_map(|line| line.trim().split_once(": "));
                step.variables = names.map(|(name, _)| name.to_owned()).collect();
            } else if line.trim() == "run: |" {
                let shortest = block
                    .iter()
                    .filter(|it| !it.trim().is_empty())
                    .map(|it| indentation(it));
                let cut = shortest.min().unwrap();
                let script = block.iter().map(|line| line.get(cut..).unwrap_or_default());
                step.script = script.collect::<Vec<_>>().join("\n");
            } else if let Some(script) = line.trim().strip_prefix("run: ") {
                step.script = script.to_owned();
            }
        }
        index += 1;
    }
    found.retain(|step| !step.script.is_empty());
    found
}

/// The lines below `index` that are indented further.
fn block_below<'a>(lines: &[&'a str], index: usize) -> Vec<&'a str> {
    let outer = indentation(lines[index]);
    let inner = lines[index + 1..].iter();
    inner
        .take_while(|line| line.trim().is_empty() || indentation(line) > outer)
        .copied()
        .collect()
}

fn indentation(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

impl Step {
    /// Runs the script as the runner does: `bash -e FILE`, with the step's own variables from `environment`.
    pub(crate) fn run(&self, folder: &Path, environment: &BTreeMap<&str, String>) -> Called {
        for variable in &self.variables {
            assert!(
                environment.contains_key(variable.as_str()),
                "the step `{}` sets {variable}, which this test does not know",
                self.name
            );
        }
        let script = environment["RUNNER_TEMP"].clone() + "/step.sh";
        fs::write(&script, &self.script).unwrap();
        let mut command = Command::new("bash");
        command
            .args(["--noprofile", "--norc", "-e", &script])
            .current_dir(folder);
        command.env_remove("CLI_FIXTURE").envs(environment);
        Called::of(&command.output().expect("bash starts"))
    }
}

/// The step of this name.
pub(crate) fn named<'a>(steps: &'a [Step], name: &str) -> &'a Step {
    let found = steps.iter().find(|step| step.name.starts_with(name));
    found.unwrap_or_else(|| panic!("no step `{name}` among {steps:?}"))
}
