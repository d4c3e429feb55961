//! A suite that is any command: what to run, how to read it, where, with what around it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use fabench_harness::command::{CommandSuite, Yields};
use fabench_record::BenchmarkId;
use fabench_record::formats;

use super::suite::Program;

/// The format that stands for the run time and memory of the command itself.
pub(super) const COST: &str = "command";

/// How long one run may take unless the configuration says otherwise.
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(600);

/// A suite that is a command, or several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CommandConfig {
    /// Name of the suite.
    pub(super) name: Option<String>,
    /// What a run yields.
    pub(super) yields: Yields,
    /// Where it runs, relative to the configuration's folder.
    pub(super) directory: PathBuf,
    /// Command and arguments that build it, run in the configuration's folder.
    pub(super) build: Vec<String>,
    /// Variables that are set for the command.
    pub(super) environment: BTreeMap<String, String>,
    /// How long one run may take.
    pub(super) timeout: Duration,
}

impl CommandConfig {
    /// The command that builds the suite; empty if there is nothing to build.
    pub(crate) fn build(&self) -> &[String] {
        &self.build
    }

    /// What a run starts, for the checkout at `root`.
    pub(super) fn programs(&self, root: &Path) -> Vec<Program> {
        let commands: Vec<&Vec<String>> = match &self.yields {
            Yields::Cost(commands) => commands.values().collect(),
            Yields::Report { command, .. } => vec![command],
        };
        commands
            .into_iter()
            .filter_map(|command| command.first())
            .map(|name| Program {
                name: name.clone(),
                folder: root.join(&self.directory),
                path: self.environment.get("PATH").map(Into::into),
            })
            .collect()
    }

    /// How long one run may take.
    pub(crate) fn timeout(&self) -> Duration {
        self.timeout
    }

    /// The suite in the checkout at `root`.
    pub(crate) fn suite(&self, root: &Path) -> CommandSuite {
        let named = match &self.yields {
            Yields::Cost(_) => COST,
            Yields::Report { format, .. } => format,
        };
        CommandSuite {
            name: self.name.clone().unwrap_or_else(|| named.to_owned()),
            directory: root.join(&self.directory),
            environment: self.environment.clone(),
            yields: self.yields.clone(),
        }
    }
}

/// What is written, checked: the commands and what they yield.
pub(super) fn yields(
    command: Option<Vec<String>>,
    commands: BTreeMap<String, Vec<String>>,
    format: Option<String>,
    output: Option<String>,
) -> Result<Yields, String> {
    let format = format.unwrap_or_else(|| if commands.is_empty() { "auto" } else { COST }.into());
    if format == COST {
        if output.is_some() {
            return Err(
                "`output` goes with a format that is read; `format = \"command\"` reads none"
                    .into(),
            );
        }
        return cost(command, commands);
    }
    if !commands.is_empty() {
        return Err("several `commands` go with `format = \"command\"`; a suite that reports is one `command`".into());
    }
    if format != "auto" && formats::named(&format).is_none() {
        let known: Vec<_> = formats::ALL
            .into_iter()
            .map(formats::Format::name)
            .collect();
        return Err(format!(
            "there is no format `{format}`; write `command`, `auto`, or one of {}",
            known.join(", ")
        ));
    }
    let command = command.filter(|command| !command.is_empty());
    Ok(Yields::Report {
        command: command.ok_or("`format` needs a `command = [\"program\", \"argument\"]`")?,
        format,
        output: output
            .filter(|output| output != "stdout")
            .map(PathBuf::from),
    })
}

fn cost(
    command: Option<Vec<String>>,
    mut commands: BTreeMap<String, Vec<String>>,
) -> Result<Yields, String> {
    if let Some(command) = command {
        let program = command.first().map_or("", String::as_str);
        let name = Path::new(program).file_stem().unwrap_or_default();
        commands.insert(name.to_string_lossy().into_owned(), command);
    }
    let mut found = BTreeMap::new();
    for (name, command) in commands {
        if command.is_empty() {
            return Err(format!("the command `{name}` is empty"));
        }
        let id = if name.contains('/') {
            name
        } else {
            format!("command/{name}")
        };
        found.insert(
            BenchmarkId::new(id).map_err(|error| error.to_string())?,
            command,
        );
    }
    if found.is_empty() {
        return Err(
            "`format = \"command\"` needs a `command`, or `[suite.commands]` with one a line"
                .into(),
        );
    }
    Ok(Yields::Cost(found))
}

/// Seconds of a run, from what is written.
pub(super) fn timeout(seconds: Option<f64>) -> Result<Duration, String> {
    match seconds {
        None => Ok(DEFAULT_TIMEOUT),
        Some(seconds) if seconds > 0.0 && seconds <= 86_400.0 => {
            Ok(Duration::from_secs_f64(seconds))
        }
        Some(_) => Err("`timeout` is in seconds, above 0 and at most 86400".into()),
    }
}
