//! The generative model: arrays A to E, settings, policies, and the tables computed from them.
//!
//! Invariant: a [`Model`] is consistent from the moment it exists (only the checked builder makes one). Its parts are
//! shared, so a clone costs a few reference counts; learning replaces the parts it changes.

mod arguments;
mod assemble;
mod builder;
mod document;
pub(crate) mod layout;
pub(crate) mod likelihood;
pub(crate) mod novelty;
pub(crate) mod outcomes;
mod priors;
mod settings;
mod structure;
pub(crate) mod tensor;
pub(crate) mod transition;
mod validate;

pub use arguments::{AgentArguments, Learners};
pub use builder::ModelBuilder;
pub use document::ModelDocument;
pub use settings::{Algorithm, Sampling, Selection, Settings, Subset, WindowPrior};
pub use tensor::Tensor;

use std::sync::Arc;

use crate::policies::PolicySet;
use crate::real::Real;
use layout::Layout;
use likelihood::{Likelihood, unpad_rows};
use novelty::Novelty;
use transition::Transition;

/// B: the numbers, and the forms that multiply fast.
#[derive(Debug, Clone)]
pub(crate) struct Transitions<T> {
    /// B_f\[s', s, u\], C order.
    pub(crate) dense: Vec<Vec<T>>,
    pub(crate) fast: Vec<Transition<T>>,
    /// Backward messages per factor; empty under fixed-point iteration.
    pub(crate) backward: Vec<Vec<T>>,
}

impl<T: Real> Transitions<T> {
    /// From B_f\[s', s, u\], C order.
    pub(crate) fn new(dense: Vec<Vec<T>>, num_states: &[usize], algorithm: Algorithm) -> Self {
        let fast = dense
            .iter()
            .zip(num_states)
            .map(|(b, n)| Transition::new(b, *n, b.len() / (n * n)))
            .collect();
        let backward = match algorithm {
            Algorithm::FixedPoint => Vec::new(),
            Algorithm::MarginalMessagePassing => dense
                .iter()
                .zip(num_states)
                .map(|(b, n)| transition::backward(b, *n))
                .collect(),
        };
        Self {
            dense,
            fast,
            backward,
        }
    }
}

/// Dirichlet counts.
#[derive(Debug, Clone, Default)]
pub(crate) struct Counts<T> {
    /// pA as padded rows per modality.
    pub(crate) a: Option<Vec<Vec<T>>>,
    /// pB\[s', s, u\] per factor, C order.
    pub(crate) b: Option<Vec<Vec<T>>>,
    /// pD, flat.
    pub(crate) d: Option<Vec<T>>,
}

/// A discrete generative model (POMDP) with its policies, shared between agents as `Arc<Model<T>>`.
///
/// Made by [`ModelBuilder`], by [`crate::models`], or read from a [`ModelDocument`]. Serialises as that document.
#[derive(Debug, Clone)]
pub struct Model<T: Real> {
    pub(crate) layout: Arc<Layout>,
    pub(crate) settings: Arc<Settings>,
    pub(crate) policies: Arc<PolicySet>,
    pub(crate) a: Arc<Likelihood<T>>,
    pub(crate) b: Arc<Transitions<T>>,
    pub(crate) c: Arc<Preferences>,
    /// Flat.
    pub(crate) d: Arc<Vec<T>>,
    /// E as given, and ln(E + 1e-16).
    pub(crate) e: Arc<Habits<T>>,
    pub(crate) counts: Arc<Counts<T>>,
    pub(crate) novelty: Arc<Novelty<T>>,
    pub(crate) gamma: T,
    pub(crate) alpha: T,
}

/// C as given, and its logarithms.
#[derive(Debug, Clone)]
pub(crate) struct Preferences {
    pub(crate) given: Option<Vec<Tensor>>,
    /// Per step (one if constant), per modality: ln softmax(C).
    pub(crate) ln: Vec<Vec<Vec<f64>>>,
    /// Whether any preference depends on time.
    pub(crate) timed: bool,
}

/// E as given, and its logarithms.
#[derive(Debug, Clone)]
pub(crate) struct Habits<T> {
    pub(crate) given: Option<Vec<f64>>,
    pub(crate) ln: Vec<T>,
    /// Whether the policies were given rather than enumerated.
    pub(crate) custom_policies: bool,
}

impl<T: Real> Model<T> {
    /// Outcomes of each modality.
    #[must_use]
    pub fn num_obs(&self) -> &[usize] {
        &self.layout.num_obs
    }

    /// States of each factor.
    #[must_use]
    pub fn num_states(&self) -> &[usize] {
        &self.layout.num_states
    }

    /// Actions of each factor.
    #[must_use]
    pub fn num_controls(&self) -> &[usize] {
        &self.layout.num_controls
    }

    /// The scalar settings.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The policies, in order.
    #[must_use]
    pub fn policies(&self) -> &PolicySet {
        &self.policies
    }

    /// A of modality `m` (shape \[num_obs\[m\], num_states...\]); `None` beyond the modalities.
    #[must_use]
    pub fn likelihood(&self, m: usize) -> Option<Tensor> {
        let rows = self.a.rows.get(m)?;
        Some(self.modality_tensor(m, rows))
    }

    /// B of factor `f` (shape \[num_states\[f\], num_states\[f\], actions\]); `None` beyond the factors.
    #[must_use]
    pub fn transition(&self, f: usize) -> Option<Tensor> {
        Some(self.factor_tensor(f, self.b.dense.get(f)?))
    }

    /// D of factor `f`; `None` beyond the factors.
    #[must_use]
    pub fn initial(&self, f: usize) -> Option<&[T]> {
        (f < self.layout.factors()).then(|| &self.d[self.layout.factor(f)])
    }

    /// pA of modality `m`, if the model has counts.
    #[must_use]
    pub fn likelihood_counts(&self, m: usize) -> Option<Tensor> {
        Some(self.modality_tensor(m, self.counts.a.as_ref()?.get(m)?))
    }

    /// pB of factor `f`, if the model has counts.
    #[must_use]
    pub fn transition_counts(&self, f: usize) -> Option<Tensor> {
        Some(self.factor_tensor(f, self.counts.b.as_ref()?.get(f)?))
    }

    /// pD of factor `f`, if the model has counts.
    #[must_use]
    pub fn initial_counts(&self, f: usize) -> Option<&[T]> {
        self.counts
            .d
            .as_ref()
            .filter(|_| f < self.layout.factors())
            .map(|d| &d[self.layout.factor(f)])
    }

    fn modality_tensor(&self, m: usize, rows: &[T]) -> Tensor {
        let mut shape = vec![self.layout.num_obs[m]];
        shape.extend_from_slice(&self.layout.num_states);
        Tensor::new(shape, unpad_rows(rows, self.layout.joint))
    }

    fn factor_tensor(&self, f: usize, b: &[T]) -> Tensor {
        let n = self.layout.num_states[f];
        Tensor::new(
            [n, n, b.len() / (n * n)],
            b.iter().map(|x| x.to_f64()).collect::<Vec<_>>(),
        )
    }
}
