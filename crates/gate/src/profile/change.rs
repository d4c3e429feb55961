//! Which functions cost more than before, each with its sampling error.

use std::collections::{BTreeMap, BTreeSet};

use fabench_record::Profile;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::share::{Cost, FunctionShare, shares};

/// One function in two profiles.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FunctionChange {
    /// Its name.
    pub function: String,
    /// Own cost of an iteration before, in nanoseconds or bytes.
    pub before: f64,
    /// Own cost of an iteration now.
    pub now: f64,
    /// Standard error of the difference.
    pub error: f64,
    /// Own calls that allocated, in an iteration before; memory profiles only.
    pub allocations_before: f64,
    /// Own calls that allocated, in an iteration now.
    pub allocations_now: f64,
}

impl FunctionChange {
    /// What an iteration costs more than before.
    pub fn growth(&self) -> f64 {
        self.now - self.before
    }

    /// Whether the change exceeds two standard errors: about one in twenty does by chance.
    pub fn beats_sampling(&self) -> bool {
        self.growth().abs() > 2.0 * self.error
    }
}

/// All functions of both profiles, the one that grew most first.
///
/// The names are those of the symbols; a function that was renamed appears twice, as grown and as shrunk.
pub fn changes(before: &Profile, now: &Profile, cost: Cost) -> Vec<FunctionChange> {
    let (before, now) = (by_name(before, cost), by_name(now, cost));
    let names: BTreeSet<&String> = before.keys().chain(now.keys()).collect();
    let nothing = FunctionShare {
        function: String::new(),
        own: 0.0,
        own_error: 0.0,
        own_share: 0.0,
        inclusive: 0.0,
        inclusive_share: 0.0,
        samples: 0,
        allocations: 0.0,
    };
    let mut all: Vec<FunctionChange> = names
        .into_iter()
        .map(|name| {
            let (old, new) = (
                before.get(name).unwrap_or(&nothing),
                now.get(name).unwrap_or(&nothing),
            );
            FunctionChange {
                function: name.clone(),
                before: old.own,
                now: new.own,
                error: old.own_error.hypot(new.own_error),
                allocations_before: old.allocations,
                allocations_now: new.allocations,
            }
        })
        .filter(|change| change.before > 0.0 || change.now > 0.0)
        .collect();
    all.sort_by(|a, b| {
        b.growth()
            .total_cmp(&a.growth())
            .then_with(|| a.function.cmp(&b.function))
    });
    all
}

fn by_name(profile: &Profile, cost: Cost) -> BTreeMap<String, FunctionShare> {
    shares(profile, cost)
        .into_iter()
        .map(|share| (share.function.clone(), share))
        .collect()
}

#[cfg(test)]
pub(super) mod tests {
    use fabench_record::{Frame, ProfileKind, Stack, Weight};

    use super::*;

    /// A CPU profile of 1 s over so many iterations; stacks are names divided by spaces, with their samples.
    pub(in crate::profile) fn profile(iterations: u64, stacks: &[(&str, u64)]) -> Profile {
        let mut frames = Vec::new();
        let stacks = stacks
            .iter()
            .map(|(names, samples)| Stack {
                frames: names
                    .split(' ')
                    .map(|name| {
                        frames.push(Frame {
                            function: name.into(),
                            ..Frame::default()
                        });
                        frames.len() as u32 - 1
                    })
                    .collect(),
                weight: Weight {
                    samples: *samples,
                    ..Weight::default()
                },
            })
            .collect();
        Profile {
            kind: ProfileKind::Cpu,
            iterations,
            cpu_ns: 1_000_000_000,
            bytes_per_sample: 0,
            live_after_round: vec![],
            iterations_per_round: 0,
            peak_bytes: 0,
            symbols: true,
            frames,
            stacks,
        }
    }

    #[test]
    fn the_slowed_function_comes_first_with_its_error() {
        // 1 ms an iteration before, 1.5 ms now: `f` took 0.5 ms and takes 1 ms.
        let before = profile(1_000, &[("m::f", 500), ("m::g", 500)]);
        let now = profile(667, &[("m::f", 667), ("m::g", 333)]);
        let all = changes(&before, &now, Cost::CpuTime);
        assert_eq!(all[0].function, "m::f");
        assert!((all[0].growth() - 500_000.0).abs() < 1_000.0, "{all:?}");
        assert!(all[0].beats_sampling());
        assert!(!all[1].beats_sampling(), "{all:?}");
    }

    #[test]
    fn a_new_function_grew_from_nothing() {
        let all = changes(
            &profile(1, &[]),
            &profile(1, &[("m::new", 9)]),
            Cost::CpuTime,
        );
        assert_eq!((all[0].before, all[0].function.as_str()), (0.0, "m::new"));
    }
}
