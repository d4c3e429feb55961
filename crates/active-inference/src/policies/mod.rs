//! Policies: sequences of actions, given or enumerated, and the tree of their shared prefixes.
//!
//! Invariant: policies keep the order in which pymdp lists them; the tree is another view of the same set.

mod enumerate;
mod tree;

pub(crate) use enumerate::{MemoryEstimate, enumerate};
pub(crate) use tree::Tree;

use crate::error::ModelError;

/// A checked set of policies. Action index `u` of policy `p`, step `t`, factor `f` is below `num_controls[f]`.
#[derive(Debug, Clone)]
pub struct PolicySet {
    factors: usize,
    /// All actions, policy after policy, step after step, factor after factor.
    actions: Vec<u32>,
    /// Offset of each policy in `actions`, with the total at the end.
    starts: Vec<usize>,
    tree: Tree,
    longest: usize,
}

impl PolicySet {
    /// Checks custom policies `[policy][step][factor]` against the number of actions of each factor.
    pub(crate) fn custom(
        policies: &[Vec<Vec<usize>>],
        num_controls: &[usize],
    ) -> Result<Self, ModelError> {
        let factors = num_controls.len();
        let mut actions = Vec::new();
        let mut starts = vec![0];
        for (policy, steps) in policies.iter().enumerate() {
            if steps.is_empty() {
                return Err(ModelError::Policy {
                    policy,
                    step: 0,
                    why: "the policy has no steps".into(),
                });
            }
            for (step, choice) in steps.iter().enumerate() {
                if choice.len() != factors {
                    let why = format!(
                        "{} actions for {factors} factors; give one per factor",
                        choice.len()
                    );
                    return Err(ModelError::Policy { policy, step, why });
                }
                for (f, (u, n)) in choice.iter().zip(num_controls).enumerate() {
                    if u >= n {
                        let why = format!(
                            "action {u} of factor {f} does not exist; the factor has actions 0..{n}"
                        );
                        return Err(ModelError::Policy { policy, step, why });
                    }
                    actions.push(*u as u32);
                }
            }
            starts.push(actions.len());
        }
        Self::checked(factors, actions, starts, num_controls)
    }

    /// All sequences of `steps` actions (time-major, factor-minor, last index fastest; pymdp `construct_policies`).
    pub(crate) fn all(num_controls: &[usize], steps: usize) -> Result<Self, ModelError> {
        let actions = enumerate(num_controls, steps);
        let width = num_controls.len() * steps;
        let starts = (0..=actions.len() / width.max(1))
            .map(|p| p * width)
            .collect();
        Self::checked(num_controls.len(), actions, starts, num_controls)
    }

    fn checked(
        factors: usize,
        actions: Vec<u32>,
        starts: Vec<usize>,
        num_controls: &[usize],
    ) -> Result<Self, ModelError> {
        if starts.len() < 2 {
            return Err(ModelError::NoPolicies);
        }
        for (factor, n) in num_controls.iter().enumerate() {
            let maximum = n - 1;
            if !actions
                .iter()
                .skip(factor)
                .step_by(factors)
                .any(|u| *u as usize == maximum)
            {
                return Err(ModelError::MissingMaximumAction { factor, maximum });
            }
        }
        let longest = starts
            .windows(2)
            .map(|w| (w[1] - w[0]) / factors)
            .max()
            .unwrap_or(0);
        let tree = Tree::new(factors, &actions, &starts);
        Ok(Self {
            factors,
            actions,
            starts,
            tree,
            longest,
        })
    }

    /// Number of policies.
    #[must_use]
    pub fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// Never: a set holds at least one policy.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Number of factors, the width of every step.
    #[must_use]
    pub fn factors(&self) -> usize {
        self.factors
    }

    /// Steps of the longest policy.
    #[must_use]
    pub fn longest(&self) -> usize {
        self.longest
    }

    /// Actions of policy `p`, `[step][factor]` flattened; empty beyond the set.
    #[must_use]
    pub fn policy(&self, p: usize) -> &[u32] {
        match (self.starts.get(p), self.starts.get(p + 1)) {
            (Some(from), Some(to)) => &self.actions[*from..*to],
            _ => &[],
        }
    }

    /// The first action of policy `p`, one index per factor.
    #[inline(always)]
    pub(crate) fn first(&self, p: usize) -> &[u32] {
        &self.actions[self.starts[p]..self.starts[p] + self.factors]
    }

    /// The set as nested lists `[policy][step][factor]`.
    #[must_use]
    pub fn to_nested(&self) -> Vec<Vec<Vec<usize>>> {
        (0..self.len())
            .map(|p| {
                self.policy(p)
                    .chunks(self.factors)
                    .map(|step| step.iter().map(|u| *u as usize).collect())
                    .collect()
            })
            .collect()
    }

    pub(crate) fn tree(&self) -> &Tree {
        &self.tree
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn enumeration_is_time_major_with_the_last_index_fastest() {
        let set = PolicySet::all(&[2, 1], 2).unwrap();
        assert_eq!(
            set.to_nested(),
            [
                [[0, 0], [0, 0]],
                [[0, 0], [1, 0]],
                [[1, 0], [0, 0]],
                [[1, 0], [1, 0]]
            ]
            .map(|p| p.map(Vec::from).to_vec())
        );
        assert_eq!(set.tree().nodes().len(), 2 + 4);
    }

    #[test]
    fn a_set_without_the_highest_action_is_refused() {
        let error = PolicySet::custom(&[vec![vec![0]]], &[2]).unwrap_err();
        assert_eq!(
            error,
            ModelError::MissingMaximumAction {
                factor: 0,
                maximum: 1
            }
        );
    }
}
