//! [`ModelBuilder`]: collects the arrays of a model and checks all of them before one exists.
//!
//! Invariant: `build` either returns a consistent model or the first error found, with its place; it never panics, and
//! it counts the policies before it makes them.

use super::assemble::assemble;
use super::{Model, Settings, Tensor};
use crate::error::ModelError;
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
    pub(super) a: Vec<Tensor>,
    pub(super) b: Vec<Tensor>,
    pub(super) c: Option<Vec<Tensor>>,
    pub(super) d: Option<Vec<Vec<f64>>>,
    pub(super) e: Option<Vec<f64>>,
    pub(super) pa: Option<Vec<Tensor>>,
    pub(super) pb: Option<Vec<Tensor>>,
    pub(super) pd: Option<Vec<Vec<f64>>>,
    pub(super) num_controls: Option<Vec<usize>>,
    pub(super) policies: Option<Vec<Vec<Vec<usize>>>>,
    pub(super) settings: Settings,
    pub(super) policy_memory: u64,
    pub(super) single_level_factors: bool,
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

    /// Adds a modality: A_m\[o, s_0, .., s_{F-1}\] = P(o | s), every column normalised.
    #[must_use]
    pub fn likelihood(mut self, a: Tensor) -> Self {
        self.a.push(a);
        self
    }

    /// Adds a factor: B_f\[s', s, u\] = P(s' | s, u), every column normalised.
    #[must_use]
    pub fn transition(mut self, b: Tensor) -> Self {
        self.b.push(b);
        self
    }

    /// C, one per modality: C_m\[o\], or C_m\[o, t\] with a column for each step of the longest policy. Relative
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
        assemble(self)
    }
}
