//! The machine that a run is measured on, as far as it bears on numbers.
//!
//! What the system does not tell is recorded as unknown; probing never fails a run.

mod machine;
mod processor_time;

use std::fs;

use fabench_record::{Environment, MachineClass};
use processor_time::ProcessorTime;

use crate::protocol::Hello;

/// Watches the machine from the start of a run to its end.
#[derive(Clone, Debug)]
pub struct Probe {
    load_average: f64,
    at_start: Option<ProcessorTime>,
}

impl Probe {
    /// Looks at the machine before the run loads it.
    pub fn start() -> Self {
        Self {
            load_average: read("/proc/loadavg")
                .and_then(|text| machine::load(&text))
                .unwrap_or(0.0),
            at_start: processor_time(),
        }
    }

    /// Describes the machine and what its hypervisor took since the start.
    pub fn finish(&self, hello: &Hello) -> Environment {
        let steal = self
            .at_start
            .and_then(|start| processor_time().and_then(|now| now.stolen_since(start)));
        Environment {
            machine: machine_class(&hello.toolchain, &hello.allocator),
            kernel: line("/proc/sys/kernel/osrelease").unwrap_or_else(|| "unknown".into()),
            memory_bytes: read("/proc/meminfo")
                .and_then(|text| machine::memory_bytes(&text))
                .unwrap_or(0),
            load_average: self.load_average,
            steal,
            governor: line("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor"),
        }
    }
}

/// This machine's class for a suite built by `toolchain` that uses `allocator`.
pub fn machine_class(toolchain: &str, allocator: &str) -> MachineClass {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    MachineClass {
        cpu: read("/proc/cpuinfo")
            .and_then(|text| machine::cpu_model(&text))
            .unwrap_or_else(|| "unknown".into()),
        cores: u32::try_from(cores).unwrap_or(u32::MAX),
        os: read("/etc/os-release")
            .and_then(|text| machine::os_name(&text))
            .unwrap_or_else(|| std::env::consts::OS.into()),
        arch: std::env::consts::ARCH.into(),
        toolchain: toolchain.into(),
        allocator: allocator.into(),
    }
}

fn processor_time() -> Option<ProcessorTime> {
    read("/proc/stat").and_then(|text| ProcessorTime::parse(&text))
}

fn read(path: &str) -> Option<String> {
    fs::read_to_string(path).ok()
}

fn line(path: &str) -> Option<String> {
    let text = read(path)?;
    let line = text.trim();
    (!line.is_empty()).then(|| line.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn describes_this_machine() {
        let hello = Hello {
            protocol: 1,
            suite: "s".into(),
            version: "1".into(),
            toolchain: "rustc 1".into(),
            allocator: "system".into(),
            counts_allocations: false,
            profiles: Vec::new(),
        };
        let environment = Probe::start().finish(&hello);
        assert!(environment.memory_bytes > 1 << 20);
        assert!(environment.machine.cores >= 1);
        assert_ne!(environment.kernel, "unknown");
        assert_eq!(environment.machine.toolchain, "rustc 1");
        assert!(
            environment
                .steal
                .is_none_or(|share| (0.0..=1.0).contains(&share))
        );
    }
}
