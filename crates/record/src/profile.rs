//! Where time or memory went: weighted call stacks of one launch, as data.
//!
//! A profile explains and is never judged: the launch it comes from was observed, so its times are not used. Invariant of
//! a profile that passed [`Profile::check`]: every stack names frames that exist, outermost first, and every number is
//! finite and at least 0.

use serde::{Deserialize, Serialize};

/// What was sampled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProfileKind {
    /// CPU time, by a signal that arrives after equal shares of it.
    Cpu,
    /// Heap allocations, by call stack.
    Memory,
}

impl ProfileKind {
    /// Both kinds.
    pub const ALL: [Self; 2] = [Self::Cpu, Self::Memory];

    /// The name as flags and file names write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Cpu => "cpu",
            Self::Memory => "memory",
        }
    }
}

/// A function, as far as the executable's symbols name it.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Frame {
    /// Demangled name; `0x…` where there is no symbol.
    pub function: String,
    /// Source file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// Line in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// Whether the compiler put it into the function before it in the stack; its name is then often short, without a path.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub inlined: bool,
}

/// What was seen with one call stack.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Stack {
    /// Indices into [`Profile::frames`], outermost first.
    pub frames: Vec<u32>,
    /// Its weights.
    pub weight: Weight,
}

/// How much of what belongs to a stack. Which fields are used depends on the [`ProfileKind`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Weight {
    /// Samples taken.
    pub samples: u64,
    /// Memory: calls that allocated, estimated from the samples.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub allocations: f64,
    /// Memory: bytes allocated, estimated from the samples.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub allocated_bytes: f64,
    /// Memory: variance of `allocated_bytes` from sampling; 0 where every allocation was seen.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub allocated_variance: f64,
    /// Memory: bytes still allocated at the end.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub live_bytes: f64,
    /// Memory: most bytes of this stack that were allocated at one time.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub peak_bytes: f64,
}

fn is_zero(value: &f64) -> bool {
    *value == 0.0
}

/// Call stacks of one launch of one benchmark.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Profile {
    /// What was sampled.
    pub kind: ProfileKind,
    /// Iterations during which it was sampled.
    pub iterations: u64,
    /// CPU: time that the process used meanwhile; its samples share it.
    #[serde(default)]
    pub cpu_ns: u64,
    /// Memory: a sample stands for about so many bytes; 1 where every allocation was seen.
    #[serde(default)]
    pub bytes_per_sample: u64,
    /// Memory: bytes that were allocated and not yet freed after each round, relative to the first round's beginning.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub live_after_round: Vec<i64>,
    /// Memory: iterations of each round.
    #[serde(default)]
    pub iterations_per_round: u64,
    /// Memory: most bytes allocated at one time, relative to the first round's beginning.
    #[serde(default)]
    pub peak_bytes: u64,
    /// Whether functions have names and lines; false where debug symbols were missing.
    pub symbols: bool,
    /// Functions that occur.
    pub frames: Vec<Frame>,
    /// The stacks, each once.
    pub stacks: Vec<Stack>,
}

impl Profile {
    /// Samples of all stacks.
    pub fn samples(&self) -> u64 {
        self.stacks.iter().map(|stack| stack.weight.samples).sum()
    }

    /// The functions of a stack, outermost first.
    pub fn functions<'a>(&'a self, stack: &'a Stack) -> impl DoubleEndedIterator<Item = &'a Frame> {
        stack
            .frames
            .iter()
            .filter_map(|index| self.frames.get(*index as usize))
    }

    /// Says what contradicts itself in a profile that somebody else made.
    ///
    /// # Errors
    /// The first contradiction, in words.
    pub fn check(&self) -> Result<(), String> {
        for (number, stack) in self.stacks.iter().enumerate() {
            if let Some(index) = stack
                .frames
                .iter()
                .find(|index| **index as usize >= self.frames.len())
            {
                return Err(format!(
                    "stack {number} names function {index} of {}",
                    self.frames.len()
                ));
            }
            let weight = &stack.weight;
            let numbers = [
                weight.allocations,
                weight.allocated_bytes,
                weight.allocated_variance,
                weight.live_bytes,
                weight.peak_bytes,
            ];
            if numbers
                .iter()
                .any(|number| !(number.is_finite() && *number >= 0.0))
            {
                return Err(format!("stack {number} has a negative or infinite weight"));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn profile() -> Profile {
        let json = r#"{"kind":"cpu","iterations":2,"cpu_ns":10,"symbols":true,
            "frames":[{"function":"main"},{"function":"work","file":"w.rs","line":3}],
            "stacks":[{"frames":[0,1],"weight":{"samples":4}}]}"#;
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn stacks_read_outermost_first() {
        let profile = profile();
        assert_eq!(profile.check(), Ok(()));
        let names: Vec<_> = profile
            .functions(&profile.stacks[0])
            .map(|frame| frame.function.as_str())
            .collect();
        assert_eq!((names, profile.samples()), (vec!["main", "work"], 4));
    }

    #[test]
    fn contradictions_are_named() {
        let mut broken = profile();
        broken.stacks[0].frames.push(2);
        assert!(broken.check().unwrap_err().contains("function 2 of 2"));
        let mut broken = profile();
        broken.stacks[0].weight.live_bytes = -1.0;
        assert!(broken.check().unwrap_err().contains("negative"));
    }
}
