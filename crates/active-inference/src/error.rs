//! What can go wrong, with the place and the remedy.
//!
//! Invariant: no input of a user panics; bad models end in [`ModelError`], bad calls of an agent in [`Error`].

use std::fmt;

/// The array of a model that an error speaks of, in pymdp's letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Array {
    /// Observation likelihood P(o | s), one per modality.
    A,
    /// Transition P(s' | s, u), one per factor.
    B,
    /// Preferences over observations, one per modality.
    C,
    /// Initial beliefs, one per factor.
    D,
    /// Habits: prior over policies.
    E,
    /// Dirichlet counts of A.
    PA,
    /// Dirichlet counts of B.
    PB,
    /// Dirichlet counts of D.
    PD,
}

impl fmt::Display for Array {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::A => "A",
            Self::B => "B",
            Self::C => "C",
            Self::D => "D",
            Self::E => "E",
            Self::PA => "pA",
            Self::PB => "pB",
            Self::PD => "pD",
        })
    }
}

/// Why a model cannot be built. `index` is the modality (A, C, pA) or the factor (B, D, pB, pD), from 0.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ModelError {
    /// A tensor's data does not fill its shape.
    #[error(
        "{array}[{index}]: shape {shape:?} needs {expected} numbers, found {found}; check the tensor's data"
    )]
    TensorLength {
        /// Which array.
        array: Array,
        /// Modality or factor.
        index: usize,
        /// The shape given.
        shape: Vec<usize>,
        /// Product of the shape (saturating).
        expected: usize,
        /// Numbers given.
        found: usize,
    },
    /// A tensor does not have the shape that the other arrays require.
    #[error(
        "{array}[{index}]: expected shape {expected}, found {found:?}; see num_obs, num_states and num_controls"
    )]
    Shape {
        /// Which array.
        array: Array,
        /// Modality or factor.
        index: usize,
        /// The shape required, in words or numbers.
        expected: String,
        /// The shape given.
        found: Vec<usize>,
    },
    /// The number of tensors or vectors is not the number of modalities or factors.
    #[error("{array}: expected {expected} entries (one per {per}), found {found}")]
    Count {
        /// Which array.
        array: Array,
        /// `modality`, `factor` or `policy`.
        per: &'static str,
        /// Entries required.
        expected: usize,
        /// Entries given.
        found: usize,
    },
    /// No A or no B was given.
    #[error(
        "{array}: the model has none; a model needs at least one modality (A) and one factor (B)"
    )]
    Missing {
        /// Which array.
        array: Array,
    },
    /// A factor without states, a modality without outcomes, or a factor without actions.
    #[error(
        "{array}[{index}]: the axis of {axis} has length zero; every axis needs at least one level"
    )]
    EmptyAxis {
        /// Which array.
        array: Array,
        /// Modality or factor.
        index: usize,
        /// `observations`, `states` or `actions`.
        axis: &'static str,
    },
    /// A probability or count is negative.
    #[error(
        "{array}[{index}]{at:?} is {value}, which is negative; probabilities and counts are >= 0"
    )]
    Negative {
        /// Which array.
        array: Array,
        /// Modality or factor.
        index: usize,
        /// Position in the tensor.
        at: Vec<usize>,
        /// The value found.
        value: f64,
    },
    /// A number is NaN or infinite.
    #[error("{array}[{index}]{at:?} is {value}; every number must be finite")]
    NotFinite {
        /// Which array.
        array: Array,
        /// Modality or factor.
        index: usize,
        /// Position in the tensor.
        at: Vec<usize>,
        /// The value found.
        value: f64,
    },
    /// A column of A or B, or a vector of D, does not sum to 1 (tolerance 1.001e-5, as numpy's `allclose`).
    #[error("{array}[{index}]: the column {column:?} sums to {sum}, not 1; divide it by its sum")]
    NotNormalised {
        /// Which array.
        array: Array,
        /// Modality or factor.
        index: usize,
        /// Conditioning indices: the states of A's column, (state, action) of B's, empty for D.
        column: Vec<usize>,
        /// What it sums to.
        sum: f64,
    },
    /// A column of counts that has to become a distribution sums to zero.
    #[error(
        "{array}[{index}]: the counts of column {column:?} sum to zero and cannot be normalised; give them a prior count"
    )]
    ZeroCounts {
        /// Which array.
        array: Array,
        /// Modality or factor.
        index: usize,
        /// Conditioning indices.
        column: Vec<usize>,
    },
    /// Fewer or more entries of `num_controls` than factors, or more actions than B has.
    #[error(
        "num_controls[{factor}] is {found}, but B[{factor}] has {available} actions; use 1..={available}"
    )]
    Controls {
        /// Factor.
        factor: usize,
        /// Entry of `num_controls`.
        found: usize,
        /// Length of B's action axis.
        available: usize,
    },
    /// `num_controls` has the wrong length.
    #[error("num_controls has {found} entries for {expected} factors")]
    ControlsCount {
        /// Number of factors.
        expected: usize,
        /// Entries given.
        found: usize,
    },
    /// `control_fac_idx` names a factor that does not exist or has a single action (pymdp asserts both).
    #[error("control_fac_idx names factor {factor}, which {why}")]
    ControlFactor {
        /// The entry.
        factor: usize,
        /// What is wrong with it.
        why: &'static str,
    },
    /// The policy set would not fit in memory; counted before anything is built.
    #[error(
        "{policies} policies (about {bytes} bytes) exceed the limit of {limit} bytes; shorten policy_len, give custom \
         policies, or raise `policy_memory_limit`"
    )]
    TooManyPolicies {
        /// Number of policies (saturating).
        policies: u128,
        /// Estimated bytes (saturating).
        bytes: u128,
        /// The limit in force, bytes.
        limit: u128,
    },
    /// The joint state or joint outcome space cannot be represented.
    #[error(
        "the joint space of {what} has {size} elements, over the limit of {limit}; split or shrink the model"
    )]
    JointTooLarge {
        /// `states`, `observations` or `actions`.
        what: &'static str,
        /// Product of the sizes (saturating).
        size: u128,
        /// Largest product handled.
        limit: u128,
    },
    /// A custom policy is empty or malformed.
    #[error("policy {policy}, step {step}: {why}")]
    Policy {
        /// Index of the policy.
        policy: usize,
        /// Step within it.
        step: usize,
        /// What is wrong.
        why: String,
    },
    /// No policy at all.
    #[error("the policy set is empty; give at least one policy, and a policy_len of at least 1")]
    NoPolicies,
    /// pymdp asserts that each factor's highest action occurs in some policy.
    #[error(
        "no policy contains action {maximum} of factor {factor}, the last of its num_controls; as in pymdp the policy \
         set must contain it: add such a policy or lower num_controls[{factor}]"
    )]
    MissingMaximumAction {
        /// Factor.
        factor: usize,
        /// num_controls - 1.
        maximum: usize,
    },
    /// A setting is out of its range.
    #[error("{setting}: {why}")]
    Setting {
        /// Name of the setting.
        setting: &'static str,
        /// What is wrong and what is allowed.
        why: String,
    },
    /// Something pymdp 0.0.7.1 does only by accident or fails on; refused rather than silently different.
    #[error("refused: {what}: {why}")]
    Refused {
        /// The combination.
        what: &'static str,
        /// What pymdp does and what to do instead.
        why: &'static str,
    },
    /// A model document could not be read.
    #[error("the model document is malformed: {0}")]
    Document(String),
}

/// Why a call of an agent failed. The agent is unchanged unless the variant says otherwise.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The model of the call is bad.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// Wrong number of observations.
    #[error("an observation needs one index per modality: expected {expected}, found {found}")]
    ObservationCount {
        /// Number of modalities.
        expected: usize,
        /// Entries given.
        found: usize,
    },
    /// An observation index beyond its modality.
    #[error(
        "observation {observation} of modality {modality} is out of range; the modality has outcomes 0..{outcomes}"
    )]
    ObservationOutOfRange {
        /// Modality.
        modality: usize,
        /// Index given.
        observation: usize,
        /// Number of outcomes.
        outcomes: usize,
    },
    /// Wrong number of actions.
    #[error("an action needs one index per factor: expected {expected}, found {found}")]
    ActionCount {
        /// Number of factors.
        expected: usize,
        /// Entries given.
        found: usize,
    },
    /// An action that a factor does not have.
    #[error(
        "action {action} of factor {factor} does not exist; the factor has actions 0..{controls}"
    )]
    ActionOutOfRange {
        /// Factor.
        factor: usize,
        /// Index given.
        action: usize,
        /// Number of actions.
        controls: usize,
    },
    /// Beliefs of the wrong length, negative, not finite, or not summing to one.
    #[error("beliefs of factor {factor}: {why}")]
    Beliefs {
        /// Factor (the first bad one).
        factor: usize,
        /// What is wrong.
        why: String,
    },
    /// A stage was called before the one it needs, or the workspace was used by another agent in between.
    #[error("{stage} needs {needs} of the same agent in the same workspace first")]
    OutOfOrder {
        /// The stage called.
        stage: &'static str,
        /// The stage it needs.
        needs: &'static str,
    },
    /// Learning without Dirichlet counts in the model.
    #[error("{what} needs Dirichlet counts; give the model {counts} with the builder")]
    NoCounts {
        /// The update called.
        what: &'static str,
        /// pA, pB or pD.
        counts: Array,
    },
    /// `update_b` before any action was taken.
    #[error("update_b needs the action that led here, but this agent has not acted yet")]
    NoAction,
    /// Something pymdp 0.0.7.1 fails on at this point; refused rather than silently different.
    #[error("refused: {what}: {why}")]
    Refused {
        /// The call.
        what: &'static str,
        /// What pymdp does and what to do instead.
        why: &'static str,
    },
    /// A snapshot that does not belong to this model.
    #[error("the snapshot does not fit the model: {0}")]
    Snapshot(String),
    /// Agents of a batch must share one model.
    #[error("batch of {agents} agents: expected {expected} {what}, found {found}")]
    BatchLength {
        /// Agents in the batch.
        agents: usize,
        /// What was counted.
        what: &'static str,
        /// Required.
        expected: usize,
        /// Given.
        found: usize,
    },
}
