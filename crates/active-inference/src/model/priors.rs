//! What a model believes and wants beforehand: D, E, C, and the policies it considers.
//!
//! Invariant: defaults are pymdp's (D from pD or uniform, E uniform, C zero, all sequences of actions).

use super::builder::ModelBuilder;
use super::likelihood::log_preferences;
use super::validate::{complete, numbers, vectors};
use super::{Algorithm, Habits, Preferences};
use crate::error::{Array, ModelError};
use crate::policies::{MemoryEstimate, PolicySet};
use crate::real::Real;

impl ModelBuilder {
    pub(super) fn initial_beliefs(
        &self,
        num_states: &[usize],
    ) -> Result<Vec<Vec<f64>>, ModelError> {
        if let Some(d) = &self.d {
            vectors(Array::D, d, num_states, true)?;
            return Ok(d.clone());
        }
        if let Some(pd) = &self.pd {
            vectors(Array::PD, pd, num_states, false)?;
            return pd
                .iter()
                .enumerate()
                .map(|(index, counts)| {
                    let sum: f64 = counts.iter().sum();
                    if sum > 0.0 {
                        Ok(counts.iter().map(|c| c / sum).collect())
                    } else {
                        Err(ModelError::ZeroCounts {
                            array: Array::PD,
                            index,
                            column: Vec::new(),
                        })
                    }
                })
                .collect();
        }
        Ok(num_states
            .iter()
            .map(|n| vec![1.0 / *n as f64; *n])
            .collect())
    }

    pub(super) fn policy_set(&self, num_controls: &[usize]) -> Result<PolicySet, ModelError> {
        if let Some(policies) = &self.policies {
            return PolicySet::custom(policies, num_controls);
        }
        let steps = self.settings.policy_len;
        let MemoryEstimate { policies, bytes } = MemoryEstimate::of_all(num_controls, steps);
        let limit = u128::from(self.policy_memory);
        if bytes > limit || policies > u128::from(u32::MAX) {
            return Err(ModelError::TooManyPolicies {
                policies,
                bytes,
                limit,
            });
        }
        PolicySet::all(num_controls, steps)
    }

    pub(super) fn log_preferences(
        &self,
        num_obs: &[usize],
        longest: usize,
    ) -> Result<Preferences, ModelError> {
        let Some(c) = &self.c else {
            let zeros: Vec<Vec<f64>> = num_obs.iter().map(|n| vec![0.0; *n]).collect();
            let ln = log_preferences(&zeros, &vec![None; zeros.len()]);
            return Ok(Preferences {
                given: None,
                ln,
                timed: false,
            });
        };
        if c.len() != num_obs.len() {
            return Err(ModelError::Count {
                array: Array::C,
                per: "modality",
                expected: num_obs.len(),
                found: c.len(),
            });
        }
        // Message passing scores the current step as well (pymdp `get_future_qs`).
        let needed = match self.settings.algorithm {
            Algorithm::FixedPoint => longest,
            Algorithm::MarginalMessagePassing => self.settings.policy_len + 1,
        };
        let mut columns = Vec::with_capacity(c.len());
        for (index, (c, n)) in c.iter().zip(num_obs).enumerate() {
            let short = c.shape.get(1).is_some_and(|t| *t < needed) && self.settings.use_utility;
            if !(1..=2).contains(&c.shape.len()) || c.shape[0] != *n || short {
                let expected = format!("[{n}] or [{n}, steps >= {needed}]");
                return Err(ModelError::Shape {
                    array: Array::C,
                    index,
                    expected,
                    found: c.shape.clone(),
                });
            }
            complete(Array::C, index, c, &["observations", "steps"])?;
            numbers(Array::C, index, &c.shape, &c.data, true)?;
            columns.push(c.shape.get(1).copied());
        }
        let data: Vec<Vec<f64>> = c.iter().map(|c| c.data.clone()).collect();
        let timed = columns.iter().any(Option::is_some);
        Ok(Preferences {
            given: Some(c.clone()),
            ln: log_preferences(&data, &columns),
            timed,
        })
    }

    pub(super) fn log_habits<T: Real>(&self, policies: usize) -> Result<Habits<T>, ModelError> {
        let uniform = 1.0 / policies as f64;
        let ln = match &self.e {
            None => vec![T::from_f64((uniform + f64::EPS).ln()); policies],
            Some(e) => {
                if e.len() != policies {
                    let found = e.len();
                    return Err(ModelError::Count {
                        array: Array::E,
                        per: "policy",
                        expected: policies,
                        found,
                    });
                }
                numbers(Array::E, 0, &[policies], e, false)?;
                e.iter().map(|e| T::from_f64((e + f64::EPS).ln())).collect()
            }
        };
        Ok(Habits {
            given: self.e.clone(),
            ln,
            custom_policies: self.policies.is_some(),
        })
    }
}
