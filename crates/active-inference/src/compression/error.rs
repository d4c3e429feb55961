//! What can be wrong with a belief to encode or with bytes to decode. Invariant: bad input of either kind ends here,
//! never in a panic, and leaves the output buffer of an encoder as it was.

/// Why a belief was not encoded.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("belief {belief}: {fault}")]
pub struct EncodeError {
    /// Index of the belief within the batch; 0 for a single belief.
    pub belief: usize,
    /// What is wrong with it.
    pub fault: EncodeFault,
}

/// What is wrong with a belief, a batch or a setting.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum EncodeFault {
    /// A belief over no states, or more than the format can address.
    #[error("a belief over {states} states: the format holds 1 to {max}; split larger factors")]
    States {
        /// States of the belief offered.
        states: usize,
        /// The most that a frame holds.
        max: usize,
    },
    /// An entry that is no probability.
    #[error("state {state} has probability {value}: entries must be finite and not negative")]
    NotProbability {
        /// Index of the first such state.
        state: usize,
        /// Its value.
        value: f64,
    },
    /// Entries do not sum to one.
    #[error("entries sum to {sum}, not to 1 (tolerance {tolerance}): normalise the belief first")]
    NotNormalised {
        /// The sum found.
        sum: f64,
        /// How far from one it may be.
        tolerance: f64,
    },
    /// A batch whose length is no multiple of the number of states.
    #[error("a batch of {values} values does not divide into beliefs over {states} states")]
    BatchShape {
        /// Values in the batch.
        values: usize,
        /// States of each belief.
        states: usize,
    },
}

/// A bound on the error that no encoder can hold.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
#[error(
    "a bound of {nats} nats: it must lie between {min} and {max}; for no error at all use Encoder::lossless"
)]
pub struct BoundError {
    /// The bound asked for, in nats.
    pub nats: f64,
    /// The least bound accepted, in nats.
    pub min: f64,
    /// The greatest bound accepted, in nats.
    pub max: f64,
}

/// Why bytes were not decoded.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("belief {belief}: {fault}")]
pub struct DecodeError {
    /// Index of the frame within the batch; 0 for a single belief.
    pub belief: usize,
    /// What is wrong with its bytes.
    pub fault: DecodeFault,
}

/// What is wrong with the bytes of a frame, or with the place meant to take it.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum DecodeFault {
    /// The bytes end within the frame.
    #[error(
        "the bytes end after {available}, the frame needs {needed}: fetch the rest or discard the frame"
    )]
    Truncated {
        /// Bytes the frame needs, as far as known.
        needed: usize,
        /// Bytes there are.
        available: usize,
    },
    /// Written by a version that this one does not know, or not a belief at all.
    #[error(
        "format version {found}, this library reads version {known}: not a compressed belief, or of a newer release"
    )]
    Version {
        /// The version found.
        found: u8,
        /// The version this library reads.
        known: u8,
    },
    /// The frame contradicts itself.
    #[error("corrupt frame: {what}; discard it and take another copy")]
    Corrupt {
        /// Which rule of the format is broken.
        what: &'static str,
    },
    /// The belief is over another number of states than the output slice.
    #[error(
        "a belief over {found} states, the output has room for {expected}: is it of another model or factor?"
    )]
    States {
        /// Length of the output slice.
        expected: usize,
        /// States of the frame.
        found: usize,
    },
    /// A lossless frame of the other floating-point type.
    #[error(
        "a lossless frame of {found}: decode it into {found}, since converting would lose bits"
    )]
    Precision {
        /// The type that the frame holds, `f32` or `f64`.
        found: &'static str,
    },
    /// The output of a batch is no multiple of the number of states.
    #[error("an output of {values} values does not divide into beliefs over {states} states")]
    BatchShape {
        /// Length of the output slice.
        values: usize,
        /// States of each belief.
        states: usize,
    },
}
