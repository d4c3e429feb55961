//! Room for many connections: each takes a descriptor. Invariant: nothing here fails a start; with
//! less room than wanted, fewer connections fit.

use std::os::fd::AsFd;

use rustix::process::{Resource, getrlimit, setrlimit};

/// Raises the soft limit on open descriptors to the hard one and returns it: ten thousand
/// connections need more than the usual 1024.
#[must_use]
pub fn raise_descriptor_limit() -> Option<u64> {
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    let _ = setrlimit(Resource::Nofile, limit);
    getrlimit(Resource::Nofile).current
}

/// Makes the process's table of descriptors long enough for `count`, as far as the limit allows.
///
/// Linux doubles a full table and makes a process with several threads wait until all processors have
/// noticed: 8 to 32 ms each time on a busy machine with 2 cores, and three times in a burst of a thousand
/// connections.
pub fn reserve_descriptors(any: impl AsFd, count: usize) {
    let most = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX);
    let last = (count as u64).min(most.saturating_sub(1)).min(1 << 20);
    // The table keeps its length when the copy is closed.
    drop(rustix::io::fcntl_dupfd_cloexec(any, last as i32));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_descriptors_grows_as_far_as_the_limit() {
        let size = || {
            let status = std::fs::read_to_string("/proc/self/status").expect("status");
            let line = status.lines().find_map(|line| line.strip_prefix("FDSize:"));
            line.and_then(|size| size.trim().parse::<u64>().ok())
                .expect("its size")
        };
        let limit = raise_descriptor_limit().expect("a limit");
        reserve_descriptors(std::io::stdin(), 700);
        assert!(size() >= 700.min(limit));
        reserve_descriptors(std::io::stdin(), usize::MAX);
        assert!(size() >= limit.min(1 << 20));
    }
}
