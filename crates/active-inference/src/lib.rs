//! Discrete-POMDP active inference: model, beliefs, planning, learning. Pure computation.
//!
//! An agent infers hidden states from observations, scores policies by their expected free energy, and chooses the
//! action that the policies' posterior favours. The numbers are those of pymdp 0.0.7.1 (to 1e-9 in `f64`).
//!
//! # Equations
//!
//! For beliefs q_f over the states of factor f, likelihoods A_m, transitions B_f, preferences C_m, habits E:
//!
//! | quantity | definition | shape |
//! |---|---|---|
//! | prior | B_f\[:, :, u_f\] q_f, or D_f before the first action | `num_states[f]` |
//! | posterior | softmax(E\[ln prod_m A_m\[o_m, s\]\] + ln prior), iterated over factors | `num_states[f]` |
//! | utility | sum_t sum_m (A_m x_t) . ln softmax(C_m) | per policy |
//! | information gain | sum_t \[ sum_s x_t(s) sum_o P(o\|s) ln P(o\|s) - sum_o q_t(o) ln q_t(o) \], o over all modalities jointly | per policy |
//! | policy posterior | softmax(gamma G - F + ln E) | per policy |
//!
//! where x_t is the belief predicted t steps ahead. G has pymdp's sign (larger is better). Sources: Friston et al.,
//! "Active inference: a process theory", Neural Computation 29 (2017); Da Costa et al., "Active inference on discrete
//! state-spaces: a synthesis", J. Math. Psychology 99 (2020); Parr et al., "Neuronal message passing using mean-field,
//! Bethe, and marginal approximations", Scientific Reports 9 (2019); Heins et al., "pymdp", JOSS 7 (2022).
//!
//! # A T-maze agent
//!
//! The reward is in one of two arms; a cue at the bottom tells which. A curious agent looks at the cue first.
//!
//! ```
//! use std::sync::Arc;
//! use active_inference::{SoloAgent, models};
//!
//! const CENTRE: usize = 0;
//! const LEFT_ARM: usize = 2;
//! const CUE: usize = 3;
//!
//! let model = Arc::new(models::tmaze::<f64>()?);
//! let mut agent = SoloAgent::new(model);
//!
//! // In the centre nothing is known about the reward: (location, outcome, cue).
//! let action = agent.step(&[CENTRE, 0, 0])?;
//! assert_eq!(action[0], CUE);
//!
//! // The cue says left.
//! let action = agent.step(&[CUE, 0, 1])?;
//! assert_eq!(action[0], LEFT_ARM);
//! assert!(agent.beliefs(1)[1] > 0.99);
//! # Ok::<(), active_inference::Error>(())
//! ```

mod action;
mod agent;
mod batch;
pub mod compression;
mod error;
pub mod golden;
mod inference;
mod learning;
mod math;
mod model;
pub mod models;
mod planning;
mod policies;
pub mod pool;
mod real;

pub use agent::{Agent, AgentState, SoloAgent, WindowState, Workspace};
pub use batch::Batch;
pub use error::{Array, Error, ModelError};
pub use model::{
    AgentArguments, Algorithm, Learners, Model, ModelBuilder, ModelDocument, Sampling, Selection,
    Settings, Subset, Tensor, WindowPrior,
};
pub use planning::Term;
pub use policies::PolicySet;
pub use real::Real;
