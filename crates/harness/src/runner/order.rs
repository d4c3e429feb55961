//! Who is launched when: passes over all benchmarks, shuffled within a pass.
//!
//! A slow minute of the machine then hits one launch of every benchmark instead of every launch of one, and drift
//! shows as spread between launches, where the gate looks for it.

use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_pcg::Pcg64Mcg;

/// The order of `benchmarks` indices in pass number `pass`.
pub(super) fn of_pass(benchmarks: usize, seed: u64, pass: u32) -> Vec<usize> {
    let mut order: Vec<usize> = (0..benchmarks).collect();
    let mut draws = Pcg64Mcg::seed_from_u64(seed ^ (u64::from(pass) << 32));
    order.shuffle(&mut draws);
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pass_holds_each_once_in_an_order_that_the_seed_decides() {
        let passes: Vec<_> = (0..6).map(|pass| of_pass(20, 7, pass)).collect();
        for pass in &passes {
            let mut sorted = pass.clone();
            sorted.sort_unstable();
            assert!(sorted.into_iter().eq(0..20));
        }
        assert_ne!(passes[0], passes[1]);
        assert_ne!(passes[0], of_pass(20, 8, 0));
        assert_eq!(passes[3], of_pass(20, 7, 3));
    }
}
