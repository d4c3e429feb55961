//! Which topics anybody listens to, for producers to ask before they encode. Invariant: written by
//! the hub's task only; a reader may be late by one command, never torn.

use std::collections::{BTreeSet, HashMap};

use parking_lot::RwLock;

use super::super::protocol::Encoding;

const AGENT_PREFIX: &str = "agent/";

/// Which topics anybody listens to.
#[derive(Debug, Default)]
pub(in crate::gateway) struct Interest {
    inner: RwLock<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    /// Listeners by encoding.
    topics: HashMap<Box<str>, [u32; 2]>,
    agents: BTreeSet<u64>,
}

impl Interest {
    /// Whether anybody listens, by encoding.
    pub(super) fn of(&self, topic: &str) -> [bool; 2] {
        self.inner
            .read()
            .topics
            .get(topic)
            .map_or([false; 2], |counts| counts.map(|n| n > 0))
    }

    pub(super) fn watched_agents(&self) -> Vec<u64> {
        self.inner.read().agents.iter().copied().collect()
    }

    pub(in crate::gateway) fn topics(&self) -> usize {
        self.inner.read().topics.len()
    }

    pub(super) fn add(&self, topic: &str, encoding: Encoding) {
        let mut inner = self.inner.write();
        if let Some(counts) = inner.topics.get_mut(topic) {
            counts[encoding as usize] += 1;
            return;
        }
        let mut counts = [0; 2];
        counts[encoding as usize] = 1;
        inner.topics.insert(topic.into(), counts);
        if let Some(agent) = agent_of(topic) {
            inner.agents.insert(agent);
        }
    }

    pub(super) fn remove(&self, topic: &str, encoding: Encoding) {
        let mut inner = self.inner.write();
        let Some(counts) = inner.topics.get_mut(topic) else {
            return;
        };
        counts[encoding as usize] = counts[encoding as usize].saturating_sub(1);
        if *counts == [0; 2] {
            inner.topics.remove(topic);
            if let Some(agent) = agent_of(topic) {
                inner.agents.remove(&agent);
            }
        }
    }
}

fn agent_of(topic: &str) -> Option<u64> {
    let digits = topic.strip_prefix(AGENT_PREFIX)?;
    // "agent/007" names another topic than "agent/7": only the canonical form is an agent.
    let number: u64 = digits.parse().ok()?;
    (number.to_string() == digits).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_listener_to_leave_ends_the_interest() {
        let interest = Interest::default();
        interest.add("agent/7", Encoding::Json);
        interest.add("agent/7", Encoding::Binary);
        assert_eq!(interest.watched_agents(), [7]);
        interest.remove("agent/7", Encoding::Json);
        assert_eq!(interest.of("agent/7"), [false, true]);
        interest.remove("agent/7", Encoding::Binary);
        assert!(interest.watched_agents().is_empty());
        assert_eq!(interest.topics(), 0);
    }

    #[test]
    fn only_canonical_numbers_are_agents() {
        for topic in ["agent/007", "agent/+7", "agent/", "agent/x", "agents/7"] {
            assert_eq!(agent_of(topic), None, "{topic}");
        }
    }
}
