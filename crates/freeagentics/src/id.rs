//! Who an agent is: the same address wherever the agent lives.
//!
//! Invariant: an id names its runtime (the node) and a number that this runtime never gives out twice,
//! so a message to an agent that is gone can never reach its successor.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::error::ParseIdError;

/// Agents are placed in blocks of this many neighbours; a block never leaves its shard.
pub const AGENTS_PER_BLOCK: usize = 64;

const NUMBER_BITS: u32 = 48;
const NUMBER_MASK: u64 = (1 << NUMBER_BITS) - 1;

/// Address of one agent: the node (runtime) in the upper 16 bits, its number there in the lower 48.
///
/// Written `node.number`, for example `0.17`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AgentId(u64);

impl AgentId {
    /// The id of agent `number` (its lower 48 bits) on `node`.
    #[must_use]
    pub const fn new(node: u16, number: u64) -> Self {
        Self(((node as u64) << NUMBER_BITS) | (number & NUMBER_MASK))
    }

    /// Stands for "no agent": the sender of messages that come from outside.
    pub(crate) const OUTSIDE: Self = Self(u64::MAX);

    /// The runtime the agent lives in.
    #[must_use]
    pub const fn node(self) -> u16 {
        (self.0 >> NUMBER_BITS) as u16
    }

    /// The agent's number within its runtime, in spawn order.
    #[must_use]
    pub const fn number(self) -> u64 {
        self.0 & NUMBER_MASK
    }

    /// The id as one integer, for storage and wire formats.
    #[must_use]
    pub const fn to_bits(self) -> u64 {
        self.0
    }

    /// The id that [`AgentId::to_bits`] gave.
    #[must_use]
    pub const fn from_bits(bits: u64) -> Self {
        Self(bits)
    }

    /// The block of neighbours the agent is placed with.
    pub(crate) const fn block(self) -> u64 {
        self.number() / AGENTS_PER_BLOCK as u64
    }

    /// The agent's place in its block.
    pub(crate) const fn offset(self) -> usize {
        (self.number() % AGENTS_PER_BLOCK as u64) as usize
    }

    /// `None` for [`AgentId::OUTSIDE`].
    pub(crate) fn known(self) -> Option<Self> {
        (self != Self::OUTSIDE).then_some(self)
    }
}

impl fmt::Display for AgentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.node(), self.number())
    }
}

impl fmt::Debug for AgentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AgentId({self})")
    }
}

impl FromStr for AgentId {
    type Err = ParseIdError;

    fn from_str(text: &str) -> Result<Self, ParseIdError> {
        let refused = || ParseIdError {
            text: text.chars().take(40).collect(),
        };
        let (node, number) = text.split_once('.').ok_or_else(refused)?;
        let node: u16 = node.parse().map_err(|_| refused())?;
        let number: u64 = number.parse().map_err(|_| refused())?;
        if number > NUMBER_MASK {
            return Err(refused());
        }
        Ok(Self::new(node, number))
    }
}

impl Serialize for AgentId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for AgentId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// Consecutive ids, as a bulk spawn gives them out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AgentRange {
    node: u16,
    first: u64,
    len: usize,
}

impl AgentRange {
    pub(crate) fn new(node: u16, first: u64, len: usize) -> Self {
        Self { node, first, len }
    }

    /// The ids from `first` on, `len` of them.
    #[must_use]
    pub fn consecutive(first: AgentId, len: usize) -> Self {
        Self::new(first.node(), first.number(), len)
    }

    /// How many ids.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is no id at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The id at `index`, if there is one.
    #[must_use]
    pub fn get(&self, index: usize) -> Option<AgentId> {
        (index < self.len).then(|| AgentId::new(self.node, self.first + index as u64))
    }

    /// All ids, in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = AgentId> + Clone + use<> {
        let Self { node, first, len } = *self;
        (0..len).map(move |index| AgentId::new(node, first + index as u64))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_form_round_trips() {
        for id in [
            AgentId::new(0, 0),
            AgentId::new(65_535, NUMBER_MASK),
            AgentId::new(3, 17),
        ] {
            assert_eq!(id.to_string().parse::<AgentId>(), Ok(id));
            assert_eq!(AgentId::from_bits(id.to_bits()), id);
        }
    }

    #[test]
    fn bad_text_is_refused() {
        for text in [
            "",
            "1",
            "1.",
            ".1",
            "70000.1",
            "0.281474976710656",
            "0.-1",
            "a.b",
        ] {
            assert!(text.parse::<AgentId>().is_err(), "{text}");
        }
    }
}
