//! A folder name for each machine class.

use std::hash::Hasher as _;

use fabench_record::MachineClass;

/// `AMD-EPYC-7763-4-cores-1f3c09d2`: to be read by people, and unlike that of every other class.
pub(crate) fn machine_folder(machine: &MachineClass) -> String {
    let model: String = machine
        .cpu
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|part| !part.is_empty())
        .take(5)
        .collect::<Vec<_>>()
        .join("-");
    let mut hash = Fnv(0xcbf2_9ce4_8422_2325);
    hash.write(machine.to_string().as_bytes());
    let model: String = model.chars().take(60).collect();
    format!(
        "{model}-{}-cores-{:08x}",
        machine.cores,
        hash.finish() as u32
    )
}

/// Fowler, Noll, Vo: the standard library promises no hash that stays the same from one version to the next.
struct Fnv(u64);

impl std::hash::Hasher for Fnv {
    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 32)
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_class_has_a_folder_that_stays() {
        let machine = |toolchain: &str| MachineClass {
            cpu: "AMD EPYC 7763 64-Core Processor /../x".into(),
            cores: 4,
            os: "Ubuntu 24.04".into(),
            arch: "x86_64".into(),
            toolchain: toolchain.into(),
            allocator: "mimalloc".into(),
        };
        let folder = machine_folder(&machine("rustc 1.95.0"));
        assert!(
            folder.starts_with("AMD-EPYC-7763-64-Core-4-cores-"),
            "{folder}"
        );
        assert_eq!(folder, machine_folder(&machine("rustc 1.95.0")));
        assert_ne!(folder, machine_folder(&machine("rustc 1.96.0")));
    }
}
