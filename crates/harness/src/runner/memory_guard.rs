//! The memory of a launch: what its process and those that it started hold, against the limit.
//!
//! Invariant: no launch goes on above its limit for longer than a few looks. A look is cheap, one small file, so that it
//! does not disturb what is measured; descendants and what has left the tree are looked for less often, and what
//! processes share is told apart only when the sum is above the limit.

use std::collections::BTreeSet;
use std::fs;
use std::time::Duration;

use crate::clock::Instant;
use crate::memory::field;
use crate::stragglers;

/// Between looks at the process itself.
const OWN: Duration = Duration::from_millis(50);
/// Between looks at what it has started.
const DESCENDANTS: Duration = Duration::from_millis(250);
/// Between looks at all processes, for those that have left the tree: it takes milliseconds.
const MARKED: Duration = Duration::from_secs(2);

/// Watches one launch.
#[derive(Debug)]
pub(super) struct MemoryGuard {
    limit: u64,
    own: Instant,
    descendants: Instant,
    marked: Instant,
}

impl MemoryGuard {
    pub(super) fn new(limit: u64) -> Self {
        let now = Instant::now();
        Self {
            limit,
            own: now,
            descendants: now + DESCENDANTS,
            marked: now + MARKED,
        }
    }

    pub(super) fn limit(&self) -> u64 {
        self.limit
    }

    /// The bytes that the launch of `process` holds, if a look is due and they are above the limit.
    pub(super) fn exceeded(&mut self, process: i32, mark: &str) -> Option<u64> {
        let now = Instant::now();
        if !due(&mut self.own, now, OWN) {
            return None;
        }
        let mut all = BTreeSet::from([process]);
        if due(&mut self.descendants, now, DESCENDANTS) {
            add_descendants(&mut all);
        }
        if due(&mut self.marked, now, MARKED) {
            all.extend(stragglers::marked(mark));
        }
        if at_most(&all) <= self.limit {
            return None;
        }
        let held = all.iter().map(|process| share(*process)).sum();
        (held > self.limit).then_some(held)
    }
}

fn due(next: &mut Instant, now: Instant, period: Duration) -> bool {
    let due = now >= *next;
    if due {
        *next = now + period;
    }
    due
}

/// Children of children, as far as the kernel lists them (proc_pid_task_children(5)).
fn add_descendants(all: &mut BTreeSet<i32>) {
    let mut fresh: Vec<i32> = all.iter().copied().collect();
    while let Some(process) = fresh.pop() {
        let threads = fs::read_dir(format!("/proc/{process}/task"));
        for thread in threads.into_iter().flatten().flatten() {
            let children = fs::read_to_string(thread.path().join("children")).unwrap_or_default();
            let children = children.split_whitespace().flat_map(str::parse);
            fresh.extend(children.filter(|child| all.insert(*child)));
        }
    }
}

/// What they hold if they share none of their own pages. Pages of files don't count: the kernel takes them back.
fn at_most(processes: &BTreeSet<i32>) -> u64 {
    let (mut own, mut shared) = (0, 0);
    for process in processes {
        let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
        let of = |name| field(&status, name).unwrap_or(0);
        own += of("RssAnon:") + of("VmSwap:");
        shared = of("RssShmem:").max(shared);
    }
    own + shared
}

/// The share of one: pages that two hold count half for each. Where the kernel does not tell, all that it holds.
fn share(process: i32) -> u64 {
    let Ok(told) = fs::read_to_string(format!("/proc/{process}/smaps_rollup")) else {
        return at_most(&BTreeSet::from([process]));
    };
    ["Pss_Anon:", "Pss_Shmem:", "SwapPss:"]
        .iter()
        .filter_map(|name| field(&told, name))
        .sum()
}

/// Three quarters of the memory of this machine, or of the container if that has less.
pub(super) fn default_limit() -> u64 {
    let machine = fs::read_to_string("/proc/meminfo")
        .ok()
        .and_then(|told| field(&told, "MemTotal:"));
    let container = ["memory.max", "memory/memory.limit_in_bytes"]
        .iter()
        .filter_map(|file| fs::read_to_string(format!("/sys/fs/cgroup/{file}")).ok())
        .filter_map(|told| told.trim().parse().ok());
    let least = container.chain(machine).min();
    least.map_or(u64::MAX, |bytes| bytes / 4 * 3)
}

#[cfg(test)]
mod tests {
    use std::process::{Command, Stdio};

    use super::*;

    #[test]
    fn descendants_count_and_shared_pages_count_once() {
        let own = std::process::id().cast_signed();
        let block = std::hint::black_box(vec![1_u8; 96 << 20]);
        // The shell waits for its child, so that there are two generations.
        let mut child = Command::new("sh")
            .args(["-c", "sleep 60; true"])
            .stdin(Stdio::null())
            .spawn()
            .unwrap();
        let mut all = BTreeSet::from([own]);
        while all.len() < 3 {
            add_descendants(&mut all);
        }
        assert!(at_most(&all) > 96 << 20);
        assert!(share(own) > 96 << 20);
        for process in &all {
            if ![own, child.id().cast_signed()].contains(process) {
                let sleeping = rustix::process::Pid::from_raw(*process).unwrap();
                // Another test's child may have gone by itself.
                let _ = rustix::process::kill_process(sleeping, rustix::process::Signal::KILL);
            }
        }
        let _ = child.kill();
        child.wait().unwrap();
        drop(block);
    }

    #[test]
    fn the_default_is_below_what_the_machine_has() {
        let told = fs::read_to_string("/proc/meminfo").unwrap();
        assert!(default_limit() < field(&told, "MemTotal:").unwrap());
        assert!(default_limit() > 0);
    }
}
