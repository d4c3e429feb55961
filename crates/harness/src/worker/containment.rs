//! Nothing that a suite starts outlives the tool, even if the tool is killed without warning.
//!
//! A thread sleeps on the channel; when the tool's end closes, it kills its whole process group (the worker and the
//! children that it has started) and those that have left the group. The kernel's parent-death signal only wakes a
//! stopped worker for that.

use std::io::Read;
use std::os::unix::net::UnixStream;
use std::sync::mpsc::{self, Receiver, Sender};
use std::{io, process, thread};

use rustix::process::{Signal, getpgrp, getpid, kill_current_process_group};

use super::link::{Incoming, read_commands};
use crate::profile::heap;
use crate::protocol::DIRECTORY_PREFIX;
use crate::stragglers;

/// Starts reading commands on a thread that ends the process group with the channel.
pub(crate) fn watch(stream: UnixStream) -> io::Result<Receiver<Incoming>> {
    rustix::process::set_parent_process_death_signal(Some(Signal::CONT))?;
    let (sender, receiver) = mpsc::channel();
    thread::Builder::new()
        .name("fabench-channel".into())
        .stack_size(256 * 1024)
        .spawn(move || {
            let _own = heap::uncounted();
            let mut stream = stream;
            read_commands(&mut stream, &sender);
            // After a line that is no command, stay to see the channel close. The sender lives on: a main thread
            // that learned of the end first would end this process before its children are found.
            while matches!(stream.read(&mut [0; 512]), Ok(1..)) {}
            end_group(&sender);
        })?;
    Ok(receiver)
}

/// Ends what this process has started, before it ends by itself: the tool that would do it may be gone.
pub(super) fn end_children() {
    if let Some(mark) = stragglers::own_mark() {
        stragglers::end(&mark);
    }
}

fn end_group(_listening: &Sender<Incoming>) -> ! {
    // Only as its leader: otherwise the group is that of the shell which started us by hand.
    if getpgrp() == getpid() {
        end_children();
        remove_temporary_files();
        let _ = kill_current_process_group(Signal::KILL);
    }
    process::exit(1);
}

/// Removes the launch's directory: the tool that made it and would remove it may be gone.
fn remove_temporary_files() {
    let directory = std::env::temp_dir();
    let of_a_launch = directory
        .file_name()
        .is_some_and(|name| name.to_string_lossy().starts_with(DIRECTORY_PREFIX));
    if of_a_launch && stragglers::own_mark().is_some() {
        let _ = std::fs::remove_dir_all(directory);
    }
}

/// For a server that a suite starts as a process of its own: ends this process when its parent ends.
///
/// Call it first in `main`. The launch's process group is ended anyway; this also covers a server that left it.
///
/// # Errors
/// When the kernel refuses.
pub fn die_with_parent() -> io::Result<()> {
    Ok(rustix::process::set_parent_process_death_signal(Some(
        Signal::KILL,
    ))?)
}
