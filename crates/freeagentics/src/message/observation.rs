//! Outcomes an agent observes, one index per modality.
//!
//! Invariant: up to [`INLINE_MODALITIES`] modalities need no allocation.

use std::sync::Arc;

/// Observations of up to this many modalities travel inside the message.
pub const INLINE_MODALITIES: usize = 12;

/// One outcome index per modality.
#[derive(Clone)]
pub struct Observation(Form);

#[derive(Clone)]
enum Form {
    Inline {
        len: u8,
        outcomes: [u32; INLINE_MODALITIES],
    },
    Shared(Arc<[u32]>),
}

impl Observation {
    /// An observation of `outcomes[m]` in modality `m`.
    #[must_use]
    pub fn new(outcomes: &[u32]) -> Self {
        if outcomes.len() <= INLINE_MODALITIES {
            let mut inline = [0; INLINE_MODALITIES];
            inline[..outcomes.len()].copy_from_slice(outcomes);
            Self(Form::Inline {
                len: outcomes.len() as u8,
                outcomes: inline,
            })
        } else {
            Self(Form::Shared(outcomes.into()))
        }
    }

    /// The outcome index of each modality.
    #[must_use]
    pub fn outcomes(&self) -> &[u32] {
        match &self.0 {
            Form::Inline { len, outcomes } => &outcomes[..usize::from(*len)],
            Form::Shared(outcomes) => outcomes,
        }
    }
}

impl PartialEq for Observation {
    fn eq(&self, other: &Self) -> bool {
        self.outcomes() == other.outcomes()
    }
}

impl Eq for Observation {}

impl std::fmt::Debug for Observation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Observation")
            .field(&self.outcomes())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outcomes_survive_either_form() {
        for len in [0_u32, 1, 12, 13, 40] {
            let outcomes: Vec<u32> = (0..len).collect();
            assert_eq!(Observation::new(&outcomes).outcomes(), outcomes);
        }
    }
}
