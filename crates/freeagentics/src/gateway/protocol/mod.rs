//! What travels: commands and replies, events, in two encodings. `docs/protocol.md` is the
//! reference; a test runs its clients. Invariant: the payload of one WebSocket message is one
//! command, reply or event.

#[cfg(any(test, feature = "fuzzing"))]
pub(crate) mod again;
pub(super) mod binary;
pub(super) mod command;
pub(super) mod event;
pub(super) mod json;
pub(super) mod reply;

pub use event::Event;

/// How a message is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Encoding {
    /// JSON in text frames, for people.
    Json,
    /// Little-endian fields in binary frames, for programs.
    Binary,
}

impl Encoding {
    /// Both, in the order of their discriminants.
    pub(super) const ALL: [Self; 2] = [Self::Json, Self::Binary];

    pub(super) fn opcode(self) -> super::frame::Opcode {
        match self {
            Self::Json => super::frame::Opcode::Text,
            Self::Binary => super::frame::Opcode::Binary,
        }
    }
}
