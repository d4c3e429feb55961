//! One parser under libFuzzer: started, waited for, its last words read.
//!
//! Invariant: it ends within its time and the grace given here; whatever it dies of is an error that names the input.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::workspace;

/// It goes on for a second after its time.
const OVERTIME: Duration = Duration::from_secs(1);

/// Longest time for one input, on a machine that others want too.
const TIMEOUT_S: u32 = 10;

/// Most memory, with libFuzzer's own: inputs are small, and what is read from them should be.
const MEMORY_MIB: u32 = 512;

/// Beyond its time and the timeout, for starting and ending on a busy machine.
const GRACE: Duration = Duration::from_secs(60);

/// What is to be run.
pub(super) struct Job<'a> {
    pub(super) executable: &'a Path,
    /// Of the parser.
    pub(super) name: &'a str,
    /// A folder of its own, which need not be there.
    pub(super) seeds: &'a Path,
    /// Where inputs are kept that broke something.
    pub(super) artifacts: &'a Path,
    pub(super) time: Duration,
    pub(super) seed: u64,
}

/// What it did.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Figures {
    pub(super) inputs: u64,
    pub(super) slowest_s: u64,
    pub(super) peak_mib: u64,
}

impl Job<'_> {
    /// Runs it to its end.
    ///
    /// # Errors
    /// What it died of, the input, and how to run it again.
    pub(super) fn run(&self) -> Result<Figures> {
        for folder in [self.seeds, self.artifacts] {
            std::fs::create_dir_all(folder)
                .with_context(|| format!("{} can't be made", folder.display()))?;
        }
        let said = self.seeds.with_extension("log");
        let mut child = self
            .command()
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(std::fs::File::create(&said)?)
            .spawn()
            .with_context(|| format!("{} could not be started", self.executable.display()))?;
        let deadline = Instant::now() + self.time + GRACE + Duration::from_secs(TIMEOUT_S.into());
        let status = loop {
            if let Some(status) = child.try_wait()? {
                break status;
            }
            if Instant::now() > deadline {
                child.kill()?;
                child.wait()?;
                bail!("it hung: not ended {} s after its time", GRACE.as_secs());
            }
            std::thread::sleep(Duration::from_millis(50));
        };
        let said = String::from_utf8_lossy(&std::fs::read(&said)?).into_owned();
        if status.success() {
            return figures(&said).context("it gave no figures");
        }
        bail!("{status}: {}", self.found(&said))
    }

    fn command(&self) -> Command {
        // 0 would be a seed of the fuzzer's own choice.
        let seed = (self.seed as u32).max(1);
        let time = self.time.saturating_sub(OVERTIME);
        let mut command = Command::new(self.executable);
        command
            .current_dir(workspace::root())
            .env("FABENCH_FUZZ", self.name)
            .env("FABENCH_FUZZ_SEEDS", self.seeds)
            .arg(format!("-max_total_time={}", time.as_secs().max(1)))
            .arg(format!("-timeout={TIMEOUT_S}"))
            .arg(format!("-rss_limit_mb={MEMORY_MIB}"))
            .arg(format!("-seed={seed}"))
            .arg(format!(
                "-dict={}",
                self.seeds.with_extension("words").display()
            ))
            .arg(format!(
                "-artifact_prefix={}/{}-",
                self.artifacts.display(),
                self.name
            ))
            .arg("-print_final_stats=1")
            .arg(self.seeds);
        command
    }

    /// What was found, from all that was said.
    fn found(&self, said: &str) -> String {
        let lines: Vec<&str> = said.lines().collect();
        let panicked = lines.iter().position(|line| line.contains(" panicked at "));
        let error = || {
            lines
                .iter()
                .position(|line| line.contains("ERROR: libFuzzer"))
        };
        let first = panicked
            .or_else(error)
            .unwrap_or(lines.len().saturating_sub(3));
        let why = lines[first..]
            .iter()
            .take(3)
            .map(|line| line.trim())
            .collect::<Vec<_>>()
            .join(" ");
        let kept = lines
            .iter()
            .find_map(|line| line.split_once("Test unit written to "));
        let Some((_, kept)) = kept else {
            return why;
        };
        format!(
            "{why}\n  again: FABENCH_FUZZ={} {} {}",
            self.name,
            in_the_repository(self.executable),
            in_the_repository(Path::new(kept.trim()))
        )
    }
}

fn in_the_repository(path: &Path) -> String {
    let short = path.strip_prefix(workspace::root()).unwrap_or(path);
    short.display().to_string()
}

fn figures(said: &str) -> Option<Figures> {
    let figure = |name: &str| {
        let rest = said.lines().find_map(|line| line.strip_prefix(name))?;
        rest.trim_start_matches(':').trim().parse().ok()
    };
    Some(Figures {
        inputs: figure("stat::number_of_executed_units")?,
        slowest_s: figure("stat::slowest_unit_time_sec")?,
        peak_mib: figure("stat::peak_rss_mb")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_read_from_its_last_words() {
        let said = "#5 DONE\nstat::number_of_executed_units: 1234\nstat::average_exec_per_sec:     40\n\
                    stat::new_units_added:          3\nstat::slowest_unit_time_sec:    2\nstat::peak_rss_mb:              71\n";
        let read = Figures {
            inputs: 1234,
            slowest_s: 2,
            peak_mib: 71,
        };
        assert_eq!(figures(said), Some(read));
        assert_eq!(figures("stat::peak_rss_mb: 71"), None);
    }

    #[test]
    fn a_finding_says_why_and_how_to_see_it_again() {
        let job = Job {
            executable: "parsers".as_ref(),
            name: "go",
            seeds: "seeds".as_ref(),
            artifacts: "artifacts".as_ref(),
            time: Duration::from_secs(1),
            seed: 0,
        };
        let kept = workspace::root().join("fuzz/artifacts/parsers/go-crash-1");
        let said = format!(
            "INFO: x\n\nthread '<unnamed>' panicked at crates/a.rs:7:5:\nno digit\nnote: run\n==7== ERROR: libFuzzer: deadly signal\n\
             artifact_prefix='x'; Test unit written to {}\n",
            kept.display()
        );
        assert_eq!(
            job.found(&said),
            "thread '<unnamed>' panicked at crates/a.rs:7:5: no digit note: run\n  \
             again: FABENCH_FUZZ=go parsers fuzz/artifacts/parsers/go-crash-1"
        );
        let slow = job.found("a\n==7== ERROR: libFuzzer: timeout after 11 seconds\nb\nc\nd");
        assert!(slow.contains("timeout after 11 seconds"), "{slow}");
        assert!(
            job.command()
                .get_args()
                .any(|argument| argument == "-seed=1")
        );
    }
}
