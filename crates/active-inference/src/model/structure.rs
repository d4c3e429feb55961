//! Checks of a model's structure: A and B and how they fit together, the actions, the settings.
//!
//! Invariant: read-only; the first offence found is returned.

use super::builder::ModelBuilder;
use super::outcomes::JOINT_OUTCOME_LIMIT;
use super::validate::{A_AXES, B_AXES, distribution, join};
use super::{Algorithm, Subset};
use crate::error::{Array, ModelError};

impl ModelBuilder {
    /// Checks A and B; returns num_states and num_obs.
    pub(super) fn shapes(&self) -> Result<(Vec<usize>, Vec<usize>), ModelError> {
        for (array, list) in [(Array::A, &self.a), (Array::B, &self.b)] {
            if list.is_empty() {
                return Err(ModelError::Missing { array });
            }
        }
        for (index, b) in self.b.iter().enumerate() {
            if b.shape.len() != 3 || b.shape[0] != b.shape[1] {
                let expected = "[states, states, actions]".into();
                return Err(ModelError::Shape {
                    array: Array::B,
                    index,
                    expected,
                    found: b.shape.clone(),
                });
            }
            distribution(Array::B, index, b, B_AXES)?;
        }
        let num_states: Vec<usize> = self.b.iter().map(|b| b.shape[0]).collect();
        for (index, a) in self.a.iter().enumerate() {
            if a.shape
                .first()
                .is_none_or(|_| a.shape[1..] != num_states[..])
            {
                let expected = format!("[observations, {}]", join(&num_states));
                return Err(ModelError::Shape {
                    array: Array::A,
                    index,
                    expected,
                    found: a.shape.clone(),
                });
            }
            distribution(Array::A, index, a, A_AXES)?;
        }
        if !self.single_level_factors && num_states.len() > 1 && num_states.contains(&1) {
            return Err(ModelError::Refused {
                what: "a factor with a single state beside others",
                why: "pymdp 0.0.7.1 squeezes its axis away and breaks; drop the factor, or accept it with \
                      ModelBuilder::single_level_factors(true), which computes what the equations say",
            });
        }
        let num_obs = self.a.iter().map(|a| a.shape[0]).collect::<Vec<_>>();
        let outcomes = num_obs
            .iter()
            .fold(1u128, |n, o| n.saturating_mul(*o as u128));
        if self.settings.use_states_info_gain && outcomes > JOINT_OUTCOME_LIMIT {
            return Err(ModelError::JointTooLarge {
                what: "observations",
                size: outcomes,
                limit: JOINT_OUTCOME_LIMIT,
            });
        }
        Ok((num_states, num_obs))
    }

    pub(super) fn controls_of(&self) -> Result<Vec<usize>, ModelError> {
        let available: Vec<usize> = self.b.iter().map(|b| b.shape[2]).collect();
        let controls = self
            .num_controls
            .clone()
            .unwrap_or_else(|| available.clone());
        if controls.len() != available.len() {
            return Err(ModelError::ControlsCount {
                expected: available.len(),
                found: controls.len(),
            });
        }
        for (factor, (found, available)) in controls.iter().copied().zip(available).enumerate() {
            if found == 0 || found > available {
                return Err(ModelError::Controls {
                    factor,
                    found,
                    available,
                });
            }
        }
        let combinations = controls
            .iter()
            .fold(1u128, |n, c| n.saturating_mul(*c as u128));
        let limit = u128::from(u64::MAX - 1);
        if combinations > limit {
            return Err(ModelError::JointTooLarge {
                what: "actions",
                size: combinations,
                limit,
            });
        }
        Ok(controls)
    }

    pub(super) fn check_settings(
        &self,
        modalities: usize,
        num_controls: &[usize],
    ) -> Result<(), ModelError> {
        let s = &self.settings;
        for (setting, value) in [
            ("gamma", s.gamma),
            ("alpha", s.alpha),
            ("lr_pA", s.lr_pa),
            ("lr_pB", s.lr_pb),
            ("lr_pD", s.lr_pd),
        ] {
            if !value.is_finite() {
                return Err(ModelError::Setting {
                    setting,
                    why: format!("{value} is not finite"),
                });
            }
        }
        for (setting, value) in [
            ("policy_len", s.policy_len),
            ("inference_horizon", s.inference_horizon),
        ] {
            if value == 0 {
                return Err(ModelError::Setting {
                    setting,
                    why: "must be at least 1".into(),
                });
            }
        }
        for (setting, subset, count) in [
            ("modalities_to_learn", &s.modalities_to_learn, modalities),
            ("factors_to_learn", &s.factors_to_learn, num_controls.len()),
        ] {
            if let Subset::Only(list) = subset
                && let Some(bad) = list.iter().find(|i| **i >= count)
            {
                return Err(ModelError::Setting {
                    setting,
                    why: format!("index {bad} is out of range 0..{count}"),
                });
            }
        }
        for &factor in s.control_fac_idx.iter().flatten() {
            match num_controls.get(factor) {
                None => {
                    return Err(ModelError::ControlFactor {
                        factor,
                        why: "does not exist",
                    });
                }
                Some(1) => {
                    return Err(ModelError::ControlFactor {
                        factor,
                        why: "has a single action and cannot be controlled",
                    });
                }
                Some(_) => {}
            }
        }
        if s.algorithm == Algorithm::MarginalMessagePassing
            && s.use_param_info_gain
            && self.pb.is_some()
        {
            return Err(ModelError::Refused {
                what: "marginal message passing with information gain about B",
                why: "pymdp 0.0.7.1 raises IndexError (it looks one step past the policy); use fixed-point iteration, \
                      leave pB out, or switch use_param_info_gain off",
            });
        }
        Ok(())
    }
}
