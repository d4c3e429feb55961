//! Memory of this process as the kernel accounts it.

use std::fs;

/// Highest resident set size of this process in bytes (`VmHWM`), where the kernel tells.
pub fn peak_resident_bytes() -> Option<u64> {
    status_field("VmHWM:")
}

/// Resident set size of this process in bytes at this moment (`VmRSS`), where the kernel tells.
pub fn resident_bytes() -> Option<u64> {
    status_field("VmRSS:")
}

fn status_field(name: &str) -> Option<u64> {
    field(&fs::read_to_string("/proc/self/status").ok()?, name)
}

/// A field of `/proc/<pid>/status` or of the like, in bytes.
pub(crate) fn field(status: &str, name: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kibibytes.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_field_in_bytes() {
        assert_eq!(
            field("Name:\tx\nVmHWM:\t    2048 kB\n", "VmHWM:"),
            Some(2048 * 1024)
        );
        assert_eq!(field("Name:\tx\n", "VmHWM:"), None);
    }

    #[test]
    fn a_touched_block_raises_the_peak() {
        let before = peak_resident_bytes().unwrap();
        let block = std::hint::black_box(vec![1_u8; 64 << 20]);
        let after = peak_resident_bytes().unwrap();
        assert!(
            after >= before.max(64 << 20),
            "{before} {after} {}",
            block.len()
        );
        assert!(resident_bytes().unwrap() <= after);
    }
}
