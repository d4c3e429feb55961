//! What everybody on the machine can read of processes while they run: their command lines and names.

use std::fs;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

/// Runs the command to its end. What it printed, and the titles of it and of all that it has started.
///
/// Until it has started itself anew, its title is what was typed: that is a matter of milliseconds, comes before all else,
/// and is left out.
pub(crate) fn run(mut command: Command) -> (Output, Vec<String>) {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    let words: Vec<_> = words
        .map(|word| word.to_string_lossy().into_owned())
        .collect();
    let typed = words.join(" ");
    let child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("fabench starts");
    let process = child.id();
    let waiting = std::thread::spawn(move || child.wait_with_output().expect("it ends"));
    let mut seen = Vec::new();
    let mut anew = false;
    while !waiting.is_finished() {
        // In this order: what has started something has left its command line before.
        let started = descendants(process);
        let own = title(process);
        let is_first = own.trim_end() == typed || own.is_empty();
        anew |= !is_first || !started.is_empty();
        if anew {
            seen.push(own);
        }
        for one in started {
            seen.push(title(one));
            seen.push(read(one, "comm"));
        }
        seen.sort();
        seen.dedup();
        std::thread::park_timeout(Duration::from_micros(500));
    }
    (waiting.join().expect("no panic"), seen)
}

/// The command line; empty while the process begins and after its end.
pub(crate) fn title(process: u32) -> String {
    read(process, "cmdline").replace('\0', " ")
}

fn read(process: u32, name: &str) -> String {
    let bytes = fs::read(format!("/proc/{process}/{name}")).unwrap_or_default();
    String::from_utf8_lossy(&bytes).into_owned()
}

fn descendants(process: u32) -> Vec<u32> {
    let mut found = Vec::new();
    let mut next = vec![process];
    while let Some(process) = next.pop() {
        let threads = fs::read_dir(format!("/proc/{process}/task"));
        for thread in threads.into_iter().flatten().flatten() {
            let children = fs::read_to_string(thread.path().join("children"));
            let children = children.unwrap_or_default();
            next.extend(
                children
                    .split_whitespace()
                    .filter_map(|it| it.parse::<u32>().ok()),
            );
        }
        found.push(process);
    }
    found.split_off(1)
}
