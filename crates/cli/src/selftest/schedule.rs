//! Which trial comes next: kinds in a fixed cycle, benchmarks in turn, so that a short test has some of each.

/// Thousandths of extra work in each trial of a cycle. Half of them have none: false alarms are what is rare.
const CYCLE: [u32; 10] = [0, 200, 0, 100, 0, 50, 0, 150, 0, 75];

/// One trial: which benchmark, and how much slower its candidate is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Planned {
    /// Thousandths of its own work that the candidate does again.
    pub(super) extra_work_permille: u32,
    /// How many trials of the same kind came before; chooses the benchmark.
    turn: usize,
    /// Seed of its launches.
    pub(super) seed: u64,
}

impl Planned {
    /// The benchmark whose turn it is, of `count`.
    pub(super) fn index(&self, count: usize) -> usize {
        self.turn % count.max(1)
    }
}

/// The endless list of trials. The seed decides with which benchmark each kind begins.
pub(super) fn trials(seed: u64) -> impl Iterator<Item = Planned> {
    (0..usize::MAX).map(move |number| {
        let (cycle, place) = (number / CYCLE.len(), number % CYCLE.len());
        let extra_work_permille = CYCLE[place];
        let same = |places: &[u32]| {
            let alike = places
                .iter()
                .filter(|permille| **permille == extra_work_permille);
            alike.count()
        };
        let before = cycle * same(&CYCLE) + same(&CYCLE[..place]);
        Planned {
            extra_work_permille,
            // Kinds begin apart: a short test must not meet one restless benchmark in all of them.
            turn: before + (scattered(seed ^ u64::from(extra_work_permille)) >> 48) as usize,
            seed: scattered(seed).wrapping_add(number as u64),
        }
    })
}

/// Neighbouring numbers far apart (Fibonacci hashing: Knuth, volume 3, §6.4).
fn scattered(number: u64) -> u64 {
    number.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_kind_visits_every_benchmark() {
        let visited: BTreeSet<_> = trials(3)
            .take(10 * 5)
            .map(|planned| (planned.extra_work_permille, planned.index(5)))
            .collect();
        assert_eq!(visited.len(), 6 * 5);
    }

    #[test]
    fn the_seed_decides() {
        let list = |seed| trials(seed).take(20).collect::<Vec<_>>();
        assert_eq!(list(1), list(1));
        assert_ne!(list(1), list(2));
    }
}
