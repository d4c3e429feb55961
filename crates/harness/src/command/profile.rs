//! The CPU profile of a command, taken by a program that samples it from outside: py-spy for Python, else perf.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use fabench_record::{BenchmarkId, Frame, Profile, ProfileKind, Weight};

use super::{CommandSuite, Yields};
use crate::profile::Collector;
use crate::secrets;

/// Samples in a second, of all profilers.
const HZ: u64 = 99;

/// A profiler with the file that it writes.
#[derive(Debug)]
pub(super) struct Sampling {
    profiler: Profiler,
    file: PathBuf,
    program: Vec<String>,
    /// The interpreter that the command's first word leads to: py-spy does not look through a script that chooses one.
    interpreter: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Profiler {
    PySpy,
    Perf,
}

impl Sampling {
    /// The profiler for the command of this benchmark.
    ///
    /// # Errors
    /// In words, what to install.
    pub(super) fn with(
        suite: &CommandSuite,
        kind: ProfileKind,
        benchmark: &BenchmarkId,
    ) -> Result<Self, String> {
        if kind == ProfileKind::Memory {
            return Err(
                "the memory of a command is not profiled; its peak is measured as `peak_rss`"
                    .into(),
            );
        }
        let command = match &suite.yields {
            Yields::Cost(commands) => commands.get(benchmark),
            Yields::Report { command, .. } => Some(command),
        };
        let is_python = command
            .and_then(|command| command.first())
            .is_some_and(|program| runs_python(program));
        let there = |program: &str| {
            secrets::command(program)
                .arg("--version")
                .envs(&suite.environment)
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .status()
                .is_ok_and(|status| status.success())
        };
        let profiler = if is_python && there("py-spy") {
            Profiler::PySpy
        } else if there("perf") {
            Profiler::Perf
        } else if is_python {
            return Err("install py-spy (pip install py-spy), which profiles Python".into());
        } else {
            return Err("install perf (Debian: linux-perf; Ubuntu: linux-tools-generic)".into());
        };
        let file = std::env::temp_dir().join("fabench-profile");
        let interpreter = command
            .and_then(|command| command.first())
            .filter(|_| profiler == Profiler::PySpy)
            .and_then(|program| interpreter(program, suite));
        Ok(Self {
            profiler,
            program: profiler.program(&file),
            file,
            interpreter,
        })
    }

    /// The command below the profiler.
    pub(super) fn around(&self, command: &[String]) -> Vec<String> {
        let mut whole = [self.program.as_slice(), command].concat();
        if let (Some(interpreter), Some(program)) =
            (&self.interpreter, whole.get_mut(self.program.len()))
        {
            program.clone_from(interpreter);
        }
        whole
    }

    /// What it saw, after the command has ended.
    ///
    /// # Errors
    /// In words, when it left nothing that can be read.
    pub(super) fn read(self) -> Result<Profile, String> {
        let unread =
            |error: std::io::Error| format!("{} left no profile: {error}", self.program[0]);
        let text = match self.profiler {
            Profiler::PySpy => std::fs::read_to_string(&self.file).map_err(unread)?,
            Profiler::Perf => perf_script(&self.file).map_err(unread)?,
        };
        let mut collector = Collector::default();
        let stacks = match self.profiler {
            Profiler::PySpy => collapsed(&text),
            Profiler::Perf => scripted(&text),
        };
        let mut samples = 0;
        for (frames, count) in stacks {
            samples += count;
            let weight = Weight {
                samples: count,
                ..Weight::default()
            };
            collector.add(frames, weight);
        }
        let (frames, stacks) = collector.finish();
        Ok(Profile {
            kind: ProfileKind::Cpu,
            iterations: 1,
            cpu_ns: samples * 1_000_000_000 / HZ,
            bytes_per_sample: 0,
            live_after_round: Vec::new(),
            iterations_per_round: 0,
            peak_bytes: 0,
            symbols: frames.iter().any(|frame| frame.function != UNKNOWN),
            frames,
            stacks,
        })
    }
}

impl Profiler {
    fn program(self, file: &Path) -> Vec<String> {
        let file = file.display().to_string();
        let hz = HZ.to_string();
        let words: &[&str] = match self {
            Self::PySpy => &[
                "py-spy",
                "record",
                "--subprocesses",
                "--rate",
                &hz,
                "--format",
                "raw",
                "--output",
                &file,
                "--",
            ],
            Self::Perf => &[
                "perf",
                "record",
                "--quiet",
                "--event",
                "cpu-clock",
                "--freq",
                &hz,
                "--call-graph",
                "fp",
                "--output",
                &file,
                "--",
            ],
        };
        words.iter().map(|word| (*word).to_owned()).collect()
    }
}

/// What perf calls a function without a symbol.
const UNKNOWN: &str = "[unknown]";

fn runs_python(program: &str) -> bool {
    let name = Path::new(program).file_name().unwrap_or_default();
    let name = name.to_string_lossy();
    name.starts_with("python") || name.starts_with("pytest") || name == "py.test"
}

/// Where the Python that `program` starts really is.
fn interpreter(program: &str, suite: &CommandSuite) -> Option<String> {
    let name = Path::new(program).file_name()?.to_string_lossy();
    if !name.starts_with("python") {
        return None;
    }
    let output = secrets::command(program)
        .args(["-c", "import sys; print(sys.executable)"])
        .current_dir(&suite.directory)
        .envs(&suite.environment)
        .stdin(Stdio::null())
        .output()
        .ok()?;
    let path = String::from_utf8(output.stdout).ok()?.trim().to_owned();
    (!path.is_empty()).then_some(path)
}

/// perf's samples as text: a line for each function, innermost first, an empty line after each sample.
fn perf_script(file: &Path) -> std::io::Result<String> {
    let output = secrets::command("perf")
        .args(["script", "--no-inline", "--fields", "ip,sym", "--input"])
        .arg(file)
        .stdin(Stdio::null())
        .output()?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    Err(std::io::Error::other(said))
}

fn scripted(text: &str) -> Vec<(Vec<Frame>, u64)> {
    let mut all = Vec::new();
    let mut functions = Vec::new();
    for line in text.lines().chain([""]) {
        match line.trim().split_once(' ') {
            Some((_, function)) => functions.push(Frame {
                function: function.trim().to_owned(),
                ..Frame::default()
            }),
            None if functions.is_empty() => {}
            None => {
                functions.reverse();
                all.push((std::mem::take(&mut functions), 1));
            }
        }
    }
    all
}

/// Collapsed stacks whose functions are written `name (file:line)`.
fn collapsed(text: &str) -> Vec<(Vec<Frame>, u64)> {
    text.lines()
        .filter_map(|line| {
            let (stack, count) = line.rsplit_once(' ')?;
            Some((stack.split(';').map(located).collect(), count.parse().ok()?))
        })
        .collect()
}

fn located(text: &str) -> Frame {
    let parts = text
        .strip_suffix(')')
        .and_then(|text| text.rsplit_once(" ("))
        .and_then(|(function, place)| Some((function, place.rsplit_once(':')?)));
    match parts {
        Some((function, (file, line))) => Frame {
            function: function.to_owned(),
            file: Some(file.to_owned()),
            line: line.parse().ok(),
            inlined: false,
        },
        None => Frame {
            function: text.to_owned(),
            ..Frame::default()
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_of_perf_read_outermost_first() {
        let text = "\n    1999a8 inner\n    7f18 outer(int, char)\n\n    12 [unknown]\n";
        let all = scripted(text);
        let names = |at: usize| -> Vec<&str> {
            all[at]
                .0
                .iter()
                .map(|frame| frame.function.as_str())
                .collect()
        };
        assert_eq!(
            (all.len(), names(0), names(1)),
            (2, vec!["outer(int, char)", "inner"], vec![UNKNOWN])
        );
    }

    #[test]
    fn lines_of_py_spy_have_places() {
        let all = collapsed("<module> (a b.py:7);f (<string>:2) 12\nrubbish\n");
        assert_eq!((all.len(), all[0].1), (1, 12));
        let module = &all[0].0[0];
        assert_eq!(
            (
                module.function.as_str(),
                module.file.as_deref(),
                module.line
            ),
            ("<module>", Some("a b.py"), Some(7))
        );
        assert_eq!(all[0].0[1].function, "f");
    }

    #[test]
    fn python_is_known_by_its_program() {
        assert!(runs_python("/usr/bin/python3.11") && runs_python("pytest"));
        assert!(!runs_python("go"));
    }
}
