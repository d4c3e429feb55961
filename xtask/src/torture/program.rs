//! The program behind a campaign: an example of a crate, which is told its seconds and its seed.
//!
//! Invariant: a program that hangs is ended and is a failure; what it says last on standard output are its figures.

use std::io::Read;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

use super::campaign::Setting;
use crate::{process, workspace};

/// An example of the workspace and how it is called.
pub(crate) struct Program {
    pub(crate) example: &'static str,
    /// Before `--seconds` and `--seed`.
    pub(crate) arguments: &'static [&'static str],
}

/// Beyond its time, for starting and ending on a busy machine.
const GRACE: Duration = Duration::from_secs(120);

/// Builds all examples and the programs that they may start, as tests are built: with debug assertions and overflow checks, and
/// with the same features, so that what tests have built serves here, too.
///
/// # Errors
/// If something does not build.
pub(crate) fn build() -> Result<()> {
    process::run(process::cargo().args(["build", "--workspace", "--bins", "--examples"]))
}

impl Program {
    /// Runs it; its last line.
    ///
    /// # Errors
    /// If it fails, hangs or says nothing.
    pub(crate) fn run(&self, setting: &Setting) -> Result<String> {
        let seconds = setting.time.as_secs_f64().to_string();
        let seed = setting.seed.to_string();
        let mut child = Command::new(self.executable())
            .args(self.arguments)
            .args(["--seconds", &seconds, "--seed", &seed])
            .current_dir(workspace::root())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("{} could not be started", self.example))?;
        let mut stdout = child.stdout.take().context("it has no output")?;
        let reading = std::thread::spawn(move || {
            let mut said = String::new();
            stdout.read_to_string(&mut said).map(|_| said)
        });
        let deadline = Instant::now() + setting.time + GRACE;
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
        let said = reading
            .join()
            .map_err(|_| anyhow::anyhow!("reading its output failed"))??;
        let last = said.lines().last().unwrap_or_default();
        ensure!(
            status.success(),
            "{status}: {last}; what came before is above"
        );
        ensure!(!last.is_empty(), "it said nothing");
        Ok(last.to_owned())
    }

    fn executable(&self) -> PathBuf {
        let target = std::env::var_os("CARGO_TARGET_DIR")
            .map_or_else(|| workspace::root().join("target"), PathBuf::from);
        target.join("debug/examples").join(self.example)
    }
}
