//! [`ModelBuilder`]: collects the arrays of a model and checks all of them before one exists.
//!
//! Invariant: `build` either returns a consistent model or the first error found, with its place; it never panics, and
//! it counts the policies before it makes them.

use std::sync::Arc;

use super::layout::{Layout, offsets};
use super::likelihood::{Likelihood, log_preferences, pad_rows};
use super::novelty::Novelty;
use super::outcomes::JOINT_OUTCOME_LIMIT;
use super::validate::{complete, normalised, numbers};
use super::{Algorithm, Counts, Habits, Model, Preferences, Settings, Subset, Tensor, Transitions};
use crate::error::{Array, ModelError};
use crate::policies::{MemoryEstimate, PolicySet};
use crate::real::Real;

/// Bytes that a policy set may take unless the builder is told otherwise: 1 GiB.
const DEFAULT_POLICY_MEMORY: u64 = 1 << 30;

/// Collects and checks the parts of a [`Model`].
///
/// ```
/// use active_inference::{ModelBuilder, Tensor};
///
/// // Two states seen through a noisy sensor; action 0 stays, action 1 swaps.
/// let model = ModelBuilder::new()
///     .likelihood(Tensor::new([2, 2], [0.9, 0.1, 0.1, 0.9]))
///     .transition(Tensor::from_fn([2, 2, 2], |i| f64::from(u8::from((i[0] == i[1]) == (i[2] == 0)))))
///     .preferences(vec![Tensor::new([2], [0.0, 3.0])])
///     .build::<f64>()?;
/// assert_eq!(model.policies().len(), 2);
/// # Ok::<(), active_inference::ModelError>(())
/// ```
#[derive(Debug, Clone)]
pub struct ModelBuilder {
    a: Vec<Tensor>,
    b: Vec<Tensor>,
    c: Option<Vec<Tensor>>,
    d: Option<Vec<Vec<f64>>>,
    e: Option<Vec<f64>>,
    pa: Option<Vec<Tensor>>,
    pb: Option<Vec<Tensor>>,
    pd: Option<Vec<Vec<f64>>>,
    num_controls: Option<Vec<usize>>,
    policies: Option<Vec<Vec<Vec<usize>>>>,
    settings: Settings,
    policy_memory: u64,
    single_level_factors: bool,
}

impl Default for ModelBuilder {
    fn default() -> Self {
        Self::new()
    }
}

impl ModelBuilder {
    /// An empty builder with pymdp's default settings.
    #[must_use]
    pub fn new() -> Self {
        Self {
            a: Vec::new(),
            b: Vec::new(),
            c: None,
            d: None,
            e: None,
            pa: None,
            pb: None,
            pd: None,
            num_controls: None,
            policies: None,
            settings: Settings::default(),
            policy_memory: DEFAULT_POLICY_MEMORY,
            single_level_factors: false,
        }
    }

    /// Adds a modality: A_m[o, s_0, .., s_{F-1}] = P(o | s), every column normalised.
    #[must_use]
    pub fn likelihood(mut self, a: Tensor) -> Self {
        self.a.push(a);
        self
    }

    /// Adds a factor: B_f[s', s, u] = P(s' | s, u), every column normalised.
    #[must_use]
    pub fn transition(mut self, b: Tensor) -> Self {
        self.b.push(b);
        self
    }

    /// C, one per modality: C_m[o], or C_m[o, t] with a column for each step of the longest policy. Relative
    /// log-preferences; a softmax makes them probabilities. Default: zeros.
    #[must_use]
    pub fn preferences(mut self, c: Vec<Tensor>) -> Self {
        self.c = Some(c);
        self
    }

    /// D, one vector per factor: beliefs before the first observation. Default: pD normalised, else uniform.
    #[must_use]
    pub fn initial(mut self, d: Vec<Vec<f64>>) -> Self {
        self.d = Some(d);
        self
    }

    /// E, one weight per policy (not normalised, as in pymdp). Default: uniform.
    #[must_use]
    pub fn habits(mut self, e: Vec<f64>) -> Self {
        self.e = Some(e);
        self
    }

    /// pA: Dirichlet counts shaped like A. Needed to learn A and for its information gain.
    #[must_use]
    pub fn likelihood_counts(mut self, pa: Vec<Tensor>) -> Self {
        self.pa = Some(pa);
        self
    }

    /// pB: Dirichlet counts shaped like B. Needed to learn B and for its information gain.
    #[must_use]
    pub fn transition_counts(mut self, pb: Vec<Tensor>) -> Self {
        self.pb = Some(pb);
        self
    }

    /// pD: Dirichlet counts shaped like D. Needed to learn D.
    #[must_use]
    pub fn initial_counts(mut self, pd: Vec<Vec<f64>>) -> Self {
        self.pd = Some(pd);
        self
    }

    /// Number of actions of each factor, at most what its B has. Default: what its B has.
    #[must_use]
    pub fn controls(mut self, num_controls: Vec<usize>) -> Self {
        self.num_controls = Some(num_controls);
        self
    }

    /// The policies `[policy][step][factor]`. Default: all sequences of `policy_len` actions.
    #[must_use]
    pub fn policies(mut self, policies: Vec<Vec<Vec<usize>>>) -> Self {
        self.policies = Some(policies);
        self
    }

    /// The scalar settings.
    #[must_use]
    pub fn settings(mut self, settings: Settings) -> Self {
        self.settings = settings;
        self
    }

    /// Bytes that the enumerated policy set may take (default 1 GiB); counted before it is built.
    #[must_use]
    pub fn policy_memory_limit(mut self, bytes: u64) -> Self {
        self.policy_memory = bytes;
        self
    }

    /// Accept factors with a single state beside others. pymdp 0.0.7.1 breaks on them (it squeezes the axis away), so
    /// they are refused unless asked for; then they are computed as the equations say.
    #[must_use]
    pub fn single_level_factors(mut self, accept: bool) -> Self {
        self.single_level_factors = accept;
        self
    }

    /// Checks everything and computes the model's tables.
    ///
    /// # Errors
    /// The first [`ModelError`] found, naming array, modality or factor, and column.
    pub fn build<T: Real>(self) -> Result<Model<T>, ModelError> {
        let (num_states, num_obs) = self.shapes()?;
        let num_controls = self.controls_of()?;
        self.check_settings(num_obs.len(), &num_controls)?;
        let joint: usize = num_states.iter().product();
        let per_factor = |data: &[Vec<f64>]| {
            data.iter()
                .flatten()
                .map(|x| T::from_f64(*x))
                .collect::<Vec<T>>()
        };

        let d = self.initial_beliefs(&num_states)?;
        if let Some(pd) = &self.pd {
            vectors(Array::PD, pd, &num_states, false)?;
        }
        for (array, given, like, axes) in [
            (Array::PA, &self.pa, &self.a, A_AXES),
            (Array::PB, &self.pb, &self.b, B_AXES),
        ] {
            if let Some(counts) = given {
                check_counts(array, counts, like, axes)?;
            }
        }

        let policies = self.policy_set(&num_controls)?;
        let preferences = self.log_preferences(&num_obs, policies.longest())?;
        let habits = self.log_habits(policies.len())?;

        let to_flat = |tensors: &[Tensor]| {
            tensors
                .iter()
                .map(|t| t.data.iter().map(|x| T::from_f64(*x)).collect())
                .collect::<Vec<Vec<T>>>()
        };
        let b = Transitions::new(to_flat(&self.b), &num_states, self.settings.algorithm);
        // A model that may learn B keeps room for any diagonal.
        let margins: Vec<usize> = b
            .fast
            .iter()
            .zip(&num_states)
            .map(|(t, n)| if self.pb.is_some() { *n } else { t.margin() })
            .collect();
        let layout = Layout::new(
            num_obs,
            num_states,
            num_controls,
            &margins,
            policies.longest(),
            policies.len(),
        );

        let to_rows = |tensors: &[Tensor]| {
            tensors
                .iter()
                .map(|t| pad_rows::<T>(&t.data, joint))
                .collect::<Vec<_>>()
        };
        let counts = Counts {
            a: self.pa.as_deref().map(to_rows),
            b: self.pb.as_deref().map(to_flat),
            d: self.pd.as_deref().map(per_factor),
        };
        let mut novelty = Novelty::default();
        if let Some(pa) = &counts.a {
            novelty.set_a(pa, joint);
        }
        if let Some(pb) = &counts.b {
            novelty.set_b(pb, &layout.num_states);
        }
        let a = Likelihood::new(to_rows(&self.a), &layout.num_obs, joint, &preferences.ln);
        Ok(Model {
            a: Arc::new(a),
            b: Arc::new(b),
            c: Arc::new(preferences),
            d: Arc::new(per_factor(&d)),
            e: Arc::new(habits),
            counts: Arc::new(counts),
            novelty: Arc::new(novelty),
            gamma: T::from_f64(self.settings.gamma),
            alpha: T::from_f64(self.settings.alpha),
            layout: Arc::new(layout),
            settings: Arc::new(self.settings),
            policies: Arc::new(policies),
        })
    }

    /// Checks A and B; returns num_states and num_obs.
    fn shapes(&self) -> Result<(Vec<usize>, Vec<usize>), ModelError> {
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
            check_distribution(Array::B, index, b, B_AXES)?;
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
            check_distribution(Array::A, index, a, A_AXES)?;
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

    fn controls_of(&self) -> Result<Vec<usize>, ModelError> {
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

    fn check_settings(&self, modalities: usize, num_controls: &[usize]) -> Result<(), ModelError> {
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

    fn initial_beliefs(&self, num_states: &[usize]) -> Result<Vec<Vec<f64>>, ModelError> {
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

    fn policy_set(&self, num_controls: &[usize]) -> Result<PolicySet, ModelError> {
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

    fn log_preferences(
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

    fn log_habits<T: Real>(&self, policies: usize) -> Result<Habits<T>, ModelError> {
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

const A_AXES: &[&str] = &["observations", "states"];
const B_AXES: &[&str] = &["states", "states", "actions"];

fn join(sizes: &[usize]) -> String {
    sizes
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(", ")
}

fn check_distribution(
    array: Array,
    index: usize,
    t: &Tensor,
    axes: &[&'static str],
) -> Result<(), ModelError> {
    complete(array, index, t, axes)?;
    numbers(array, index, &t.shape, &t.data, false)?;
    normalised(array, index, &t.shape, &t.data)
}

fn check_counts(
    array: Array,
    counts: &[Tensor],
    like: &[Tensor],
    axes: &[&'static str],
) -> Result<(), ModelError> {
    if counts.len() != like.len() {
        let per = if array == Array::PA {
            "modality"
        } else {
            "factor"
        };
        return Err(ModelError::Count {
            array,
            per,
            expected: like.len(),
            found: counts.len(),
        });
    }
    for (index, (c, like)) in counts.iter().zip(like).enumerate() {
        if c.shape != like.shape {
            let expected = format!("[{}]", join(&like.shape));
            return Err(ModelError::Shape {
                array,
                index,
                expected,
                found: c.shape.clone(),
            });
        }
        complete(array, index, c, axes)?;
        numbers(array, index, &c.shape, &c.data, false)?;
    }
    Ok(())
}

/// Checks one vector per factor.
fn vectors(
    array: Array,
    given: &[Vec<f64>],
    num_states: &[usize],
    distribution: bool,
) -> Result<(), ModelError> {
    if given.len() != num_states.len() {
        return Err(ModelError::Count {
            array,
            per: "factor",
            expected: num_states.len(),
            found: given.len(),
        });
    }
    for (index, (v, n)) in given.iter().zip(num_states).enumerate() {
        if v.len() != *n {
            return Err(ModelError::Shape {
                array,
                index,
                expected: format!("[{n}]"),
                found: vec![v.len()],
            });
        }
        numbers(array, index, &[*n], v, false)?;
        if distribution {
            normalised(array, index, &[*n], v)?;
        }
    }
    debug_assert_eq!(offsets(num_states).len(), given.len() + 1);
    Ok(())
}
