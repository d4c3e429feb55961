//! How much of a profile belongs to each function.
//!
//! A function's *own* part is what was seen while it, what was inlined into it, or a function of the standard library or of C
//! that it called, was the innermost: time in a copy or a comparison belongs to who copies and compares. Its *inclusive* part counts every stack
//! that it occurs in, once.

use std::collections::{BTreeMap, BTreeSet};

use fabench_record::{Frame, Profile, ProfileKind, Stack};
use serde::{Deserialize, Serialize};

/// What of a profile is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cost {
    /// CPU time in nanoseconds.
    CpuTime,
    /// Bytes allocated.
    AllocatedBytes,
    /// Bytes that were still allocated at the end.
    LiveBytes,
}

impl Cost {
    /// What is mostly asked of a profile of this kind.
    pub fn of(kind: ProfileKind) -> Self {
        match kind {
            ProfileKind::Cpu => Self::CpuTime,
            ProfileKind::Memory => Self::AllocatedBytes,
        }
    }

    /// What a stack cost in the whole profile, in nanoseconds or bytes.
    pub fn whole(self, profile: &Profile, stack: &Stack) -> f64 {
        let weight = &stack.weight;
        match self {
            Self::CpuTime => {
                let all = profile.samples();
                if all == 0 {
                    return 0.0;
                }
                profile.cpu_ns as f64 * weight.samples as f64 / all as f64
            }
            Self::AllocatedBytes => weight.allocated_bytes,
            Self::LiveBytes => weight.live_bytes,
        }
    }
}

/// What one function costs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FunctionShare {
    /// Its name.
    pub function: String,
    /// Own cost of an iteration, in nanoseconds or bytes.
    pub own: f64,
    /// Standard error of `own` from sampling.
    pub own_error: f64,
    /// `own` as a share of the whole, 0 to 1.
    pub own_share: f64,
    /// Inclusive cost of an iteration.
    pub inclusive: f64,
    /// `inclusive` as a share of the whole, 0 to 1.
    pub inclusive_share: f64,
    /// Samples in which it was the innermost.
    pub samples: u64,
    /// Own calls that allocated, in an iteration; memory profiles only.
    pub allocations: f64,
}

/// What each function costs, the most expensive by its own part first.
///
/// The error of a CPU share p from n samples is √(p (1 − p) / n) (binomial); that of allocated bytes is
/// the sampler's (0 where every allocation was seen), that of live bytes about bytes / √k from k samples (Poisson).
pub fn shares(profile: &Profile, cost: Cost) -> Vec<FunctionShare> {
    let iterations = profile.iterations.max(1) as f64;
    let all_samples = profile.samples().max(1) as f64;
    let mut whole = 0.0;
    let mut own: BTreeMap<&str, (f64, u64, f64, f64)> = BTreeMap::new();
    let mut inclusive: BTreeMap<&str, f64> = BTreeMap::new();
    for stack in &profile.stacks {
        let this = cost.whole(profile, stack);
        whole += this;
        if let Some(owner) = owner(profile, stack) {
            let entry = own.entry(owner).or_default();
            entry.0 += this;
            entry.1 += stack.weight.samples;
            entry.2 += stack.weight.allocations;
            entry.3 += stack.weight.allocated_variance;
        }
        let names: BTreeSet<&str> = profile
            .functions(stack)
            .map(|frame| frame.function.as_str())
            .collect();
        for name in names {
            *inclusive.entry(name).or_default() += this;
        }
    }
    let share = |part: f64| if whole > 0.0 { part / whole } else { 0.0 };
    let mut all: Vec<FunctionShare> = inclusive
        .into_iter()
        .map(|(function, inclusive)| {
            let (cost_own, samples, allocations, variance) =
                own.get(function).copied().unwrap_or_default();
            let p = share(cost_own);
            let error = match cost {
                Cost::CpuTime => (p * (1.0 - p) / all_samples).sqrt() * whole,
                Cost::AllocatedBytes => variance.sqrt(),
                Cost::LiveBytes if profile.bytes_per_sample <= 1 => 0.0,
                Cost::LiveBytes => cost_own / (samples.max(1) as f64).sqrt(),
            };
            FunctionShare {
                function: function.to_owned(),
                own: cost_own / iterations,
                own_error: error / iterations,
                own_share: p,
                inclusive: inclusive / iterations,
                inclusive_share: share(inclusive),
                samples,
                allocations: allocations / iterations,
            }
        })
        .collect();
    all.sort_by(|a, b| {
        b.own
            .total_cmp(&a.own)
            .then(b.inclusive.total_cmp(&a.inclusive))
            .then_with(|| a.function.cmp(&b.function))
    });
    all
}

/// The innermost function that is somebody's: not of the standard library, of C, without a name, or inlined into another.
fn owner<'a>(profile: &'a Profile, stack: &'a Stack) -> Option<&'a str> {
    let functions = || profile.functions(stack).rev();
    functions()
        .find(|frame| !frame.inlined && is_somebodys(frame))
        .or_else(|| functions().next())
        .map(|frame| frame.function.as_str())
}

fn is_somebodys(frame: &Frame) -> bool {
    const LIBRARIES: [&str; 6] = ["core::", "alloc::", "std::", "hashbrown::", "__", "0x"];
    // Where the compiler's own sources stand; a function that was inlined has a file but no path in its name.
    const SOURCES: [&str; 3] = ["/library/core/", "/library/alloc/", "/library/std/"];
    if let Some(file) = &frame.file {
        let of_library =
            SOURCES.iter().any(|source| file.contains(source)) || file.contains("/hashbrown-");
        return !of_library;
    }
    let path = frame.function.trim_start_matches(['<', '&', '[', '(', '*']);
    let path = path.trim_start_matches("mut ");
    // Names of Rust have a path; what has neither file nor path is C's.
    path.contains("::") && !LIBRARIES.iter().any(|prefix| path.starts_with(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::change::tests::profile;

    #[test]
    fn time_in_a_copy_belongs_to_who_copies() {
        let profile = profile(
            100,
            &[
                ("a::main a::copies core::ptr::write memcpy", 30),
                ("a::main a::adds", 70),
            ],
        );
        let all = shares(&profile, Cost::CpuTime);
        let of = |name: &str| all.iter().find(|share| share.function == name).unwrap();
        assert_eq!(all[0].function, "a::adds");
        assert!((of("a::copies").own_share - 0.3).abs() < 1e-9);
        assert_eq!(of("memcpy").own, 0.0);
        assert!((of("memcpy").inclusive_share - 0.3).abs() < 1e-9);
        assert!((of("a::main").inclusive_share - 1.0).abs() < 1e-9);
        let expected = (0.3_f64 * 0.7 / 100.0).sqrt() * 1e9 / 100.0;
        assert!((of("a::copies").own_error - expected).abs() < 1e-6);
    }

    #[test]
    fn a_stack_of_c_alone_keeps_its_innermost_function() {
        let profile = profile(1, &[("start work", 5)]);
        assert_eq!(shares(&profile, Cost::CpuTime)[0].function, "work");
    }

    #[test]
    fn an_empty_profile_has_no_shares() {
        assert_eq!(shares(&profile(0, &[]), Cost::CpuTime), []);
    }
}
