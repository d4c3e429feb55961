//! The Cartesian product of actions over steps, and its size before it is built.
//!
//! Invariant: the size is computed in saturating 128-bit arithmetic, so no input overflows it.

/// How much a policy set would take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct MemoryEstimate {
    pub(crate) policies: u128,
    pub(crate) bytes: u128,
}

impl MemoryEstimate {
    /// Of all sequences of `steps` actions, with the prefix tree and the per-policy results of a workspace.
    pub(crate) fn of_all(num_controls: &[usize], steps: usize) -> Self {
        let per_step = num_controls
            .iter()
            .fold(1u128, |n, c| n.saturating_mul(*c as u128));
        let mut policies = 1u128;
        let mut nodes = 0u128;
        for _ in 0..steps {
            policies = policies.saturating_mul(per_step);
            nodes = nodes.saturating_add(policies);
            // Saturated, or every further level is as large as this one.
            if policies == u128::MAX || per_step <= 1 {
                break;
            }
        }
        if per_step <= 1 {
            nodes = steps as u128;
        }
        let factors = num_controls.len() as u128;
        let per_policy = factors
            .saturating_mul(steps as u128)
            .saturating_mul(4)
            .saturating_add(64);
        let per_node = factors.saturating_mul(4).saturating_add(64);
        let bytes = policies
            .saturating_mul(per_policy)
            .saturating_add(nodes.saturating_mul(per_node));
        Self { policies, bytes }
    }
}

/// All sequences, flattened: policy, then step, then factor; the last index runs fastest.
pub(crate) fn enumerate(num_controls: &[usize], steps: usize) -> Vec<u32> {
    let digits: Vec<usize> = (0..steps)
        .flat_map(|_| num_controls.iter().copied())
        .collect();
    let policies: usize = digits.iter().product();
    let mut out = Vec::with_capacity(policies * digits.len());
    let mut current = vec![0u32; digits.len()];
    for _ in 0..policies {
        out.extend_from_slice(&current);
        for (value, n) in current.iter_mut().zip(&digits).rev() {
            *value += 1;
            if (*value as usize) < *n {
                break;
            }
            *value = 0;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_saturate_instead_of_overflowing() {
        let huge = MemoryEstimate::of_all(&[usize::MAX, usize::MAX, usize::MAX], usize::MAX);
        assert_eq!(huge.policies, u128::MAX);
        assert_eq!(MemoryEstimate::of_all(&[5], 3).policies, 125);
        assert_eq!(MemoryEstimate::of_all(&[1], 1_000_000_000).policies, 1);
    }
}
