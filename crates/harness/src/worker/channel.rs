//! Finds the channel that the tool passed down, if it started this process.

use std::env;
use std::fs;
use std::io;
use std::os::fd::{FromRawFd, OwnedFd, RawFd};
use std::os::unix::fs::FileTypeExt;
use std::os::unix::net::UnixStream;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::protocol::WORKER_FD;

/// The channel to the tool; `None` if this process was started by hand.
///
/// # Errors
/// When the variable is there but names no socket, or the channel was taken before.
pub(crate) fn from_environment() -> io::Result<Option<UnixStream>> {
    let Some(value) = env::var_os(WORKER_FD) else {
        return Ok(None);
    };
    let wrong = |problem: &str| {
        let shown = value.to_string_lossy();
        io::Error::other(format!(
            "{WORKER_FD}={shown}: {problem}; the variable is set by fabench, unset it to run by hand"
        ))
    };
    let number: RawFd = value
        .to_str()
        .and_then(|text| text.parse().ok())
        .filter(|number| *number > 2)
        .ok_or_else(|| wrong("not a descriptor above 2"))?;
    let is_socket = fs::metadata(format!("/proc/self/fd/{number}"))
        .is_ok_and(|metadata| metadata.file_type().is_socket());
    if !is_socket {
        return Err(wrong("no open socket has this number"));
    }
    static TAKEN: AtomicBool = AtomicBool::new(false);
    if TAKEN.swap(true, Ordering::Relaxed) {
        return Err(wrong("the channel is in use already"));
    }
    // SAFETY: the tool opened this descriptor for us alone and named it in the variable; it is open (checked
    // above) and, by `TAKEN`, becomes owned only once in this process.
    let descriptor = unsafe { OwnedFd::from_raw_fd(number) };
    // Programs that the benchmark starts must not hold the channel open.
    rustix::io::fcntl_setfd(&descriptor, rustix::io::FdFlags::CLOEXEC)?;
    Ok(Some(UnixStream::from(descriptor)))
}
