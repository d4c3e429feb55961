//! Doing to a server what accidents do. Invariant: what is done is done to all its processes, so that none of them can help
//! the others.

use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use super::alive;

/// How long killed processes may take to be gone.
const END_LIMIT: Duration = Duration::from_secs(20);

/// Kills `server` and all processes that it has started, as if the machine had lost its power, and waits until they are gone.
pub(super) fn kill(server: u32) {
    // Standing still, it starts no more of them.
    signal(server, Signal::STOP);
    let children = children(server);
    signal(server, Signal::KILL);
    for &child in &children {
        signal(child, Signal::KILL);
    }
    // A server does not start beside remains of the one before it.
    let killed = Instant::now();
    while children.iter().chain([&server]).any(|&one| alive(one)) && killed.elapsed() < END_LIMIT {
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// Lets none of its processes run.
pub(super) fn pause(server: u32) {
    signal(server, Signal::STOP);
    for child in children(server) {
        signal(child, Signal::STOP);
    }
}

/// Lets all of them run again.
pub(super) fn go_on(server: u32) {
    for child in children(server) {
        signal(child, Signal::CONT);
    }
    signal(server, Signal::CONT);
}

/// A process that has ended meanwhile needs no signal.
fn signal(process: u32, signal: Signal) {
    if let Some(process) = Pid::from_raw(process.cast_signed()) {
        let _ = kill_process(process, signal);
    }
}

/// The processes whose parent is `parent`. A server's processes have no children of their own.
fn children(parent: u32) -> Vec<u32> {
    let entries = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    entries
        .filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok())
        .filter(|&process| parent_of(process) == Some(parent))
        .collect()
}

/// The field after the state, behind the name in parentheses.
fn parent_of(process: u32) -> Option<u32> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    stat.rsplit(") ").next()?.split(' ').nth(1)?.parse().ok()
}
