//! Whether the cores differ: launches of single-threaded benchmarks were pinned to one core each, drawn at random.

use std::collections::BTreeMap;

use super::calibration::Core;

/// Fewest launches on a core that say something about it.
const FEWEST: usize = 6;

/// Log costs by core, each relative to the benchmark's other launches.
#[derive(Clone, Debug, Default)]
pub(super) struct CoreCosts {
    by_core: BTreeMap<u32, Vec<f64>>,
}

impl CoreCosts {
    /// Adds the launches of one benchmark: the core and the natural logarithm of the cost.
    pub(super) fn add(&mut self, launches: &[(u32, f64)]) {
        let costs: Vec<f64> = launches.iter().map(|(_, log_cost)| *log_cost).collect();
        let Some(middle) = median(costs) else {
            return;
        };
        for (core, log_cost) in launches {
            let costs = self.by_core.entry(*core).or_default();
            costs.push(log_cost - middle);
        }
    }

    /// The median cost on each core; empty unless at least two cores were used enough.
    pub(super) fn relative(self) -> Vec<Core> {
        let used = self.by_core.into_iter();
        let cores: Vec<Core> = used
            .filter(|(_, costs)| costs.len() >= FEWEST)
            .filter_map(|(core, costs)| {
                let launches = costs.len();
                let relative_cost = median(costs)?.exp();
                Some(Core {
                    core,
                    relative_cost,
                    launches,
                })
            })
            .collect();
        if cores.len() < 2 { Vec::new() } else { cores }
    }
}

fn median(mut values: Vec<f64>) -> Option<f64> {
    values.retain(|value| value.is_finite());
    values.sort_by(f64::total_cmp);
    let upper = *values.get(values.len() / 2)?;
    let lower = values[(values.len() - 1) / 2];
    Some(lower.midpoint(upper))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slow_core_shows_whatever_the_benchmarks_cost() {
        let mut costs = CoreCosts::default();
        for cost in [1.0f64, 1000.0] {
            let launches: Vec<_> = (0..20)
                .map(|n| (n % 2, (cost * if n % 2 == 0 { 1.0 } else { 1.2 }).ln()))
                .collect();
            costs.add(&launches);
        }
        let cores = costs.relative();
        assert_eq!(cores.len(), 2);
        let ratio = cores[1].relative_cost / cores[0].relative_cost;
        assert!((ratio - 1.2).abs() < 1e-9, "{ratio}");
    }

    #[test]
    fn few_launches_and_single_cores_say_nothing() {
        let mut costs = CoreCosts::default();
        costs.add(&[(0, 1.0), (1, 2.0), (1, f64::NAN)]);
        assert!(costs.relative().is_empty());
        let mut one = CoreCosts::default();
        one.add(&[(3, 1.0); 10]);
        assert!(one.relative().is_empty());
    }
}
