//! One run of a command: its time, its memory, what it prints.
//!
//! It runs in the worker's process group, so that it ends with the launch whatever happens. Its standard error is the
//! worker's, whose end the tool shows when something goes wrong.

use std::io::Read;
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use fabench_record::formats::Document;
use wait4::Wait4 as _;

use super::{COMMAND_SUITE, CommandSuite};
use crate::clock::Instant;
use crate::failure::Failure;
use crate::protocol::WORKER_FD;
use crate::secrets;

/// How long the output may stay open after the command has ended.
const AFTERMATH: Duration = Duration::from_secs(5);

/// What a run took and printed.
#[derive(Debug)]
pub(super) struct Completed {
    pub(super) wall_ns: u64,
    /// User and system time of the command and of its children that it has waited for.
    pub(super) cpu_ns: u64,
    /// The kernel counts from the moment before the program is loaded: what is smaller than the worker itself, some
    /// megabytes, does not show.
    pub(super) peak_rss_bytes: u64,
    pub(super) stdout: Vec<u8>,
}

/// Runs `command` to its end, with each occurrence of `placeholder` replaced.
pub(super) fn run(
    suite: &CommandSuite,
    command: &[String],
    replaced: Option<(&str, &Path)>,
) -> Result<Completed, Failure> {
    let fill = |text: &String| match replaced {
        Some((placeholder, path)) => text.replace(placeholder, &path.to_string_lossy()),
        None => text.clone(),
    };
    let Some((program, arguments)) = command.split_first() else {
        return Err(Failure::new("the command is empty"));
    };
    let path = Path::new(program);
    // A relative path is meant from the directory in which the command runs, not from ours.
    let program = if path.components().count() > 1 {
        suite.directory.join(path).into_os_string()
    } else {
        program.into()
    };
    let mut child = secrets::command(&program);
    child
        .args(arguments.iter().map(fill))
        .current_dir(&suite.directory)
        .env_remove(WORKER_FD)
        .env_remove(COMMAND_SUITE)
        .envs(
            suite
                .environment
                .iter()
                .map(|(name, value)| (name, fill(value))),
        )
        .stdin(Stdio::null())
        .stdout(Stdio::piped());
    let shown = command.join(" ");
    let shown = secrets::hidden(&shown);
    let begin = Instant::now();
    let mut child = child.spawn().map_err(|error| {
        Failure::new(format!(
            "`{shown}` can't be started in {}: {error}; install it, or correct `command` in fabench.toml",
            suite.directory.display()
        ))
    })?;
    let (sender, receiver) = mpsc::channel();
    if let Some(output) = child.stdout.take() {
        thread::spawn(move || sender.send(read_bounded(output)));
    }
    let used = child
        .wait4()
        .map_err(|error| Failure::new(format!("`{shown}` can't be waited for: {error}")))?;
    let wall = begin.elapsed();
    let stdout = receiver.recv_timeout(AFTERMATH).map_err(|_| {
        Failure::new(format!(
            "`{shown}` has ended, but something that it started holds its output open"
        ))
    })?;
    succeeded(&shown, used.status)?;
    Ok(Completed {
        wall_ns: nanoseconds(wall),
        cpu_ns: nanoseconds(used.rusage.utime + used.rusage.stime),
        peak_rss_bytes: used.rusage.maxrss,
        stdout,
    })
}

fn succeeded(shown: &str, status: ExitStatus) -> Result<(), Failure> {
    if status.success() {
        return Ok(());
    }
    Err(Failure::new(format!("`{shown}` failed ({status})")))
}

/// A little more than a document may have, so that it is refused as too large; the rest is thrown away.
fn read_bounded(mut output: impl Read) -> Vec<u8> {
    let mut bytes = Vec::new();
    let limit = Document::MAX_BYTES + 1;
    let _ = output.by_ref().take(limit).read_to_end(&mut bytes);
    let _ = std::io::copy(&mut output, &mut std::io::sink());
    bytes
}

fn nanoseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}
