//! Processes that left their launch's process group (daemons, new sessions) are found by a mark and ended, too.
//!
//! Every child inherits the environment, so the mark is a variable that holds a value unique to the launch. A
//! process that clears its environment and leaves its group escapes: only a container could hold it.

use std::fs;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use rustix::process::{Pid, PidfdFlags, Signal, pidfd_open, pidfd_send_signal};

use crate::clock::wall_ns;

/// Environment variable that marks the processes of a launch.
pub(crate) const LAUNCH: &str = "FABENCH_LAUNCH";

/// Searches, as long as processes are found: they may start others while they are being ended.
const SEARCHES: usize = 20;
/// Between searches, when a process could not be told because it was just about to become another program.
const PAUSE: Duration = Duration::from_millis(5);

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

/// Every process that carries `mark`, except this one.
pub(crate) fn marked(mark: &str) -> Vec<i32> {
    let variable = format!("{LAUNCH}={mark}");
    processes()
        .filter(|process| kind(*process, &variable, u64::MAX) == Kind::Marked)
        .collect()
}

/// Ends every process that carries `mark`, except this one.
pub(crate) fn end(mark: &str) {
    let variable = format!("{LAUNCH}={mark}");
    let began_ns = mark
        .rsplit('-')
        .next()
        .and_then(|text| text.parse().ok())
        .unwrap_or(0);
    for _ in 0..SEARCHES {
        let found = search(&variable, began_ns);
        if !found.contains(&Kind::Marked) {
            if !found.contains(&Kind::Unknown) {
                return;
            }
            thread::sleep(PAUSE);
        }
    }
}

/// What a process is to a launch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// It belongs to the launch, and was ended.
    Marked,
    /// It is younger than the launch and has no environment at this moment: so looks a process within `exec`.
    Unknown,
    /// It has nothing to do with the launch.
    Other,
}

fn search(variable: &str, began_ns: u64) -> Vec<Kind> {
    processes()
        .map(|process| end_if_marked(process, variable, began_ns))
        .collect()
}

/// All but this one.
fn processes() -> impl Iterator<Item = i32> {
    fs::read_dir("/proc")
        .into_iter()
        .flatten()
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .filter(|process| *process != std::process::id().cast_signed())
}

fn end_if_marked(process: i32, variable: &str, began_ns: u64) -> Kind {
    match kind(process, variable, began_ns) {
        Kind::Marked => {}
        other => return other,
    }
    // The descriptor keeps naming this process; only then is it sure which one the mark was read from.
    let descriptor =
        Pid::from_raw(process).and_then(|process| pidfd_open(process, PidfdFlags::empty()).ok());
    match (descriptor, kind(process, variable, began_ns)) {
        (Some(descriptor), Kind::Marked) => {
            // It fails when the process has ended already.
            let _ = pidfd_send_signal(descriptor, Signal::KILL);
            Kind::Marked
        }
        _ => Kind::Unknown,
    }
}

fn kind(process: i32, variable: &str, began_ns: u64) -> Kind {
    let Ok(environment) = fs::read(format!("/proc/{process}/environ")) else {
        return Kind::Other;
    };
    if environment
        .split(|byte| *byte == 0)
        .any(|entry| entry == variable.as_bytes())
    {
        return Kind::Marked;
    }
    if !environment.is_empty() {
        return Kind::Other;
    }
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    match younger_and_running(&stat, began_ns) {
        Some(true) => Kind::Unknown,
        _ => Kind::Other,
    }
}

/// From `/proc/<pid>/stat` (proc_pid_stat(5)): whether it has not ended, is no kernel thread and began after `began_ns`.
fn younger_and_running(stat: &str, began_ns: u64) -> Option<bool> {
    // The second field, the name in parentheses, may hold anything.
    let fields: Vec<&str> = stat.rsplit(')').next()?.split_whitespace().collect();
    let (state, parent) = (*fields.first()?, *fields.get(1)?);
    // Field 22, in ticks since the machine booted: a hundredth of a second on every Linux of today.
    let started_ticks: u64 = fields.get(19)?.parse().ok()?;
    let running = !matches!(state, "Z" | "X");
    Some(running && !matches!(parent, "0" | "2") && started_ticks >= began_ns / 10_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_within_exec_is_told_from_kernel_threads_zombies_and_old_ones() {
        let stat = |state: &str, parent: u32, started: u64| {
            format!("7 (a) b) {state} {parent} 7 7 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 {started} 0")
        };
        let began_ns = 5_000_000_000;
        assert_eq!(
            younger_and_running(&stat("S", 1, 501), began_ns),
            Some(true)
        );
        assert_eq!(
            younger_and_running(&stat("S", 1, 499), began_ns),
            Some(false)
        );
        assert_eq!(
            younger_and_running(&stat("Z", 1, 501), began_ns),
            Some(false)
        );
        assert_eq!(
            younger_and_running(&stat("S", 2, 501), began_ns),
            Some(false)
        );
        assert_eq!(younger_and_running("", began_ns), None);
    }

    #[test]
    fn marks_differ_and_hold_when_they_were_made() {
        let (one, other) = (mark(), mark());
        assert_ne!(one, other);
        assert!(one.rsplit('-').next().unwrap().parse::<u64>().unwrap() <= wall_ns());
    }
}
