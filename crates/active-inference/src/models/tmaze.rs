//! The T-maze of the active-inference literature (Friston et al. 2017; pymdp `envs/tmaze.py`).
//!
//! Invariant: factor 0 is the location (0 centre, 1 right arm, 2 left arm, 3 cue), factor 1 the side of the reward (0
//! right, 1 left); modality 0 shows the location, 1 the outcome (0 none, 1 reward, 2 loss), 2 the cue (0 right, 1 left).

use crate::error::ModelError;
use crate::model::{Model, ModelBuilder, Settings, Tensor};
use crate::real::Real;

/// Parameters of a T-maze.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TMaze {
    /// Probability of a reward in the right arm, of a loss in the wrong one.
    pub reward_probability: f64,
    /// Preference for the reward; the loss has the opposite.
    pub preference: f64,
    /// Steps that policies look ahead.
    pub policy_len: usize,
    /// Precision of the policy posterior.
    pub gamma: f64,
}

impl Default for TMaze {
    fn default() -> Self {
        Self {
            reward_probability: 0.98,
            preference: 3.0,
            policy_len: 2,
            gamma: 16.0,
        }
    }
}

impl TMaze {
    /// The model.
    ///
    /// # Errors
    /// [`ModelError`] if a parameter is out of its range.
    pub fn build<T: Real>(self) -> Result<Model<T>, ModelError> {
        let indicator = |x: bool| f64::from(u8::from(x));
        let location = Tensor::from_fn([4, 4, 2], |i| indicator(i[0] == i[1]));
        let win = self.reward_probability;
        let outcome = Tensor::from_fn([3, 4, 2], |i| match (i[0], i[1]) {
            (0, 0 | 3) => 1.0,
            (0, _) | (_, 0 | 3) => 0.0,
            // The arm (1 right, 2 left) is the one with the reward, and the outcome is the likelier one, or neither is.
            (o, arm) => {
                if (arm - 1 == i[2]) == (o == 1) {
                    win
                } else {
                    1.0 - win
                }
            }
        });
        let cue = Tensor::from_fn([2, 4, 2], |i| {
            if i[1] == 3 {
                indicator(i[0] == i[2])
            } else {
                0.5
            }
        });
        ModelBuilder::new()
            .likelihood(location)
            .likelihood(outcome)
            .likelihood(cue)
            .transition(Tensor::from_fn([4, 4, 4], |i| indicator(i[0] == i[2])))
            .transition(Tensor::from_fn([2, 2, 1], |i| indicator(i[0] == i[1])))
            .preferences(vec![
                Tensor::new([4], [0.0; 4]),
                Tensor::new([3], [0.0, self.preference, -self.preference]),
                Tensor::new([2], [0.0; 2]),
            ])
            .initial(vec![vec![1.0, 0.0, 0.0, 0.0], vec![0.5, 0.5]])
            .settings(Settings {
                policy_len: self.policy_len,
                gamma: self.gamma,
                ..Settings::default()
            })
            .build()
    }
}

/// The default [`TMaze`]: reward probability 0.98, policies of length 2, gamma 16.
///
/// # Errors
/// None in practice; the signature is that of all constructors.
pub fn tmaze<T: Real>() -> Result<Model<T>, ModelError> {
    TMaze::default().build()
}
