//! Where a run was measured, and what makes two machines comparable.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The machine and the moment of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Environment {
    /// What decides whether numbers may be compared.
    pub machine: MachineClass,
    /// Kernel release.
    pub kernel: String,
    /// Memory of the machine.
    pub memory_bytes: u64,
    /// One-minute load average when the run began.
    pub load_average: f64,
    /// Share of CPU time that the hypervisor took during the run, 0 to 1, where the system tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub steal: Option<f64>,
    /// CPU frequency governor, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub governor: Option<String>,
}

/// Machines of one class give comparable numbers; baselines and series are kept apart by it.
#[derive(
    Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
pub struct MachineClass {
    /// CPU model as the system names it.
    pub cpu: String,
    /// Logical cores.
    pub cores: u32,
    /// Operating system and its version.
    pub os: String,
    /// Instruction set architecture.
    pub arch: String,
    /// Compiler or runtime of the suite.
    pub toolchain: String,
    /// Allocator of the suite.
    pub allocator: String,
}

impl MachineClass {
    /// The fields in which `self` and `other` differ, as (field, self's value, other's value).
    pub fn differences(&self, other: &Self) -> Vec<(&'static str, String, String)> {
        let fields = |m: &Self| {
            [
                ("cpu", m.cpu.clone()),
                ("cores", m.cores.to_string()),
                ("os", m.os.clone()),
                ("arch", m.arch.clone()),
                ("toolchain", m.toolchain.clone()),
                ("allocator", m.allocator.clone()),
            ]
        };
        fields(self)
            .into_iter()
            .zip(fields(other))
            .filter(|(mine, theirs)| mine.1 != theirs.1)
            .map(|(mine, theirs)| (mine.0, mine.1, theirs.1))
            .collect()
    }
}

impl fmt::Display for MachineClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            cpu,
            cores,
            os,
            arch,
            toolchain,
            allocator,
        } = self;
        write!(
            f,
            "{cpu}, {cores} cores, {os} {arch}, {toolchain}, {allocator}"
        )
    }
}
