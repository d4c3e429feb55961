//! Which commit to measure next when looking for the first slow one, and when to stop looking.
//!
//! Invariant: the commits known to be fast all lie before those known to be slow; what was measured against that
//! order ends the search with [`Step::Contradiction`] instead of a wrong answer.

use serde::{Deserialize, Serialize};

/// What is known of a commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CommitState {
    /// Not measured yet.
    Unknown,
    /// As fast as the good one.
    Good,
    /// A regression against the good one.
    Bad,
    /// Does not build, or could not be decided within the budget.
    Skipped,
}

/// What to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Measure the commit at this index.
    Measure(usize),
    /// The commit at this index is the first slow one.
    Found(usize),
    /// The first slow commit is one of these, first to last; all but the last could not be measured.
    OneOf(usize, usize),
    /// A commit after a slow one is fast: the slow-down comes and goes.
    Contradiction {
        /// Index of a slow commit.
        bad: usize,
        /// Index of a later one that is fast.
        good: usize,
    },
    /// There is no fast commit before a slow one.
    NothingToFind,
}

/// Decides the next step for commits in their order, oldest first: the unknown one nearest the middle is measured.
pub fn bisect(commits: &[CommitState]) -> Step {
    let position = |state| commits.iter().position(|one| *one == state);
    let last_good = commits.iter().rposition(|one| *one == CommitState::Good);
    let (Some(good), Some(bad)) = (last_good, position(CommitState::Bad)) else {
        return Step::NothingToFind;
    };
    if good > bad {
        return Step::Contradiction { bad, good };
    }
    let middle = good.midpoint(bad);
    let unknown = (good + 1..bad).filter(|&index| commits[index] == CommitState::Unknown);
    match unknown.min_by_key(|index| index.abs_diff(middle)) {
        Some(index) => Step::Measure(index),
        None if bad == good + 1 => Step::Found(bad),
        None => Step::OneOf(good + 1, bad),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn says_when_the_answer_is_not_certain() {
        use CommitState::{Bad, Good, Skipped, Unknown};
        assert_eq!(bisect(&[Good, Bad]), Step::Found(1));
        assert_eq!(bisect(&[Good, Skipped, Skipped, Bad]), Step::OneOf(1, 3));
        assert_eq!(bisect(&[Good, Skipped, Unknown, Bad]), Step::Measure(2));
        assert_eq!(
            bisect(&[Good, Bad, Unknown, Good]),
            Step::Contradiction { bad: 1, good: 3 }
        );
        assert_eq!(bisect(&[Good, Unknown]), Step::NothingToFind);
        assert_eq!(bisect(&[]), Step::NothingToFind);
    }

    proptest! {
        #[test]
        fn finds_the_first_slow_commit_in_few_steps(count in 2usize..200, share in 0.0f64..1.0) {
            let first = 1 + ((count - 1) as f64 * share) as usize;
            let mut commits = vec![CommitState::Unknown; count];
            commits[0] = CommitState::Good;
            commits[count - 1] = CommitState::Bad;
            let mut steps = 0;
            let found = loop {
                match bisect(&commits) {
                    Step::Measure(index) => {
                        commits[index] = if index < first { CommitState::Good } else { CommitState::Bad };
                        steps += 1;
                    }
                    step => break step,
                }
            };
            prop_assert_eq!(found, Step::Found(first));
            prop_assert!(steps <= 1 + count.ilog2());
        }
    }
}
