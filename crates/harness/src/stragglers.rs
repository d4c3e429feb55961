//! Processes that left their launch's process group (daemons, new sessions) are found by a mark and ended, too.
//!
//! Every child inherits the environment, so the mark is a variable that holds a value unique to the launch. A
//! process that clears its environment and leaves its group escapes: only a container could hold it.

use std::fs;
use std::sync::atomic::{AtomicU64, Ordering};

use rustix::process::{Pid, PidfdFlags, Signal, pidfd_open, pidfd_send_signal};

use crate::clock::wall_ns;

/// Environment variable that marks the processes of a launch.
pub(crate) const LAUNCH: &str = "FABENCH_LAUNCH";

/// Searches for processes that start others while they are being ended.
const SEARCHES: usize = 5;

/// A value that no other launch has, of this tool or of another that runs beside it.
pub(crate) fn mark() -> String {
    static LAUNCHES: AtomicU64 = AtomicU64::new(0);
    let number = LAUNCHES.fetch_add(1, Ordering::Relaxed);
    format!("{}-{number}-{}", std::process::id(), wall_ns())
}

/// The mark of the launch that this process belongs to, if it belongs to one.
pub(crate) fn own_mark() -> Option<String> {
    std::env::var(LAUNCH).ok()
}

/// Ends every process that carries `mark`, except this one.
pub(crate) fn end(mark: &str) {
    let variable = format!("{LAUNCH}={mark}");
    for _ in 0..SEARCHES {
        if end_once(&variable) == 0 {
            return;
        }
    }
}

fn end_once(variable: &str) -> usize {
    let Ok(processes) = fs::read_dir("/proc") else {
        return 0;
    };
    processes
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .filter(|process| *process != std::process::id().cast_signed())
        .filter(|process| end_if_marked(*process, variable).is_some())
        .count()
}

fn end_if_marked(process: i32, variable: &str) -> Option<()> {
    is_marked(process, variable)?;
    // The descriptor keeps naming this process; only then is it sure which one the mark was read from.
    let descriptor = pidfd_open(Pid::from_raw(process)?, PidfdFlags::empty()).ok()?;
    is_marked(process, variable)?;
    pidfd_send_signal(descriptor, Signal::KILL).ok()
}

fn is_marked(process: i32, variable: &str) -> Option<()> {
    let environment = fs::read(format!("/proc/{process}/environ")).ok()?;
    environment
        .split(|byte| *byte == 0)
        .any(|entry| entry == variable.as_bytes())
        .then_some(())
}
