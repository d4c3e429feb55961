//! One call that is killed: at a moment of its usual time, or shortly after it has begun to write a file.

use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use rustix::fs::inotify;

/// When to kill.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Moment {
    /// So long after the start.
    After(Duration),
    /// So long after the `nth` temporary file has appeared.
    Writing { nth: u32, after: Duration },
}

/// What became of a call.
#[derive(Debug)]
pub(crate) struct Ended {
    /// Whether it was killed before it had ended by itself.
    pub(crate) killed: bool,
    pub(crate) success: bool,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) took: Duration,
}

/// Starts `command`, and kills it at that moment. `folders` are where its temporary files appear.
pub(crate) fn kill(
    mut command: Command,
    moment: Moment,
    folders: &[&Path],
) -> anyhow::Result<Ended> {
    let watch = inotify::init(inotify::CreateFlags::NONBLOCK | inotify::CreateFlags::CLOEXEC)?;
    for folder in folders {
        inotify::add_watch(&watch, *folder, inotify::WatchFlags::CREATE)
            .with_context(|| format!("{} can't be watched", folder.display()))?;
    }
    let began = Instant::now();
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let mut buffer = [std::mem::MaybeUninit::uninit(); 4096];
    let mut events = inotify::Reader::new(&watch, &mut buffer);
    let mut seen = 0;
    // It spins: a sleep would miss files that are there for less than a millisecond.
    let due = loop {
        if child.try_wait()?.is_some() {
            break None;
        }
        match moment {
            Moment::After(time) => break Some(began + time),
            Moment::Writing { nth, after } => {
                while let Ok(event) = events.next() {
                    let name = event
                        .file_name()
                        .map(|name| name.to_string_lossy().into_owned());
                    seen += u32::from(name.is_some_and(|name| name.starts_with(".fabench-")));
                }
                if seen >= nth {
                    break Some(Instant::now() + after);
                }
            }
        }
        std::thread::yield_now();
    };
    while due.is_some_and(|due| Instant::now() < due) && child.try_wait()?.is_none() {
        std::thread::yield_now();
    }
    let took = began.elapsed();
    // It fails when the child has ended already.
    let _ = child.kill();
    let output = child.wait_with_output()?;
    Ok(Ended {
        killed: output.status.signal().is_some(),
        success: output.status.success(),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        took,
    })
}
