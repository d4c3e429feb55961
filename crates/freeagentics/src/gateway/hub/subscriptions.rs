//! Who listens to what. Invariant: `topics` and `by_peer` mirror each other, and [`Interest`]
//! counts what `topics` holds.

use std::collections::HashMap;
use std::sync::Arc;

use super::super::peer::Peer;
use super::super::protocol::Encoding;
use super::Interest;

/// The listeners of one topic, by encoding.
#[derive(Debug, Default)]
pub(super) struct Listeners {
    by_encoding: [Vec<(u64, Arc<Peer>)>; 2],
}

impl Listeners {
    pub(super) fn of(&self, encoding: Encoding) -> &[(u64, Arc<Peer>)] {
        &self.by_encoding[encoding as usize]
    }

    fn remove(&mut self, peer: u64, encoding: Encoding) {
        let listeners = &mut self.by_encoding[encoding as usize];
        if let Some(index) = listeners.iter().position(|(id, _)| *id == peer) {
            listeners.swap_remove(index);
        }
    }

    fn is_empty(&self) -> bool {
        self.by_encoding.iter().all(Vec::is_empty)
    }
}

/// Who listens to what.
#[derive(Debug)]
pub(super) struct Subscriptions {
    topics: HashMap<Box<str>, Listeners>,
    by_peer: HashMap<u64, Vec<(Box<str>, Encoding)>>,
    interest: Arc<Interest>,
}

impl Subscriptions {
    pub(super) fn new(interest: Arc<Interest>) -> Self {
        Self {
            topics: HashMap::new(),
            by_peer: HashMap::new(),
            interest,
        }
    }

    pub(super) fn listeners(&self, topic: &str) -> Option<&Listeners> {
        self.topics.get(topic)
    }

    /// Subscriptions the peer has.
    pub(super) fn count(&self, peer: u64) -> usize {
        self.by_peer.get(&peer).map_or(0, Vec::len)
    }

    /// Subscribes; a second time changes the encoding. `false` when the peer has `limit` already.
    pub(super) fn add(
        &mut self,
        peer: &Arc<Peer>,
        topic: &str,
        encoding: Encoding,
        limit: usize,
    ) -> bool {
        self.remove(peer.id, topic);
        let theirs = self.by_peer.entry(peer.id).or_default();
        if theirs.len() >= limit {
            return false;
        }
        theirs.push((topic.into(), encoding));
        self.interest.add(topic, encoding);
        if !self.topics.contains_key(topic) {
            self.topics.insert(topic.into(), Listeners::default());
        }
        if let Some(listeners) = self.topics.get_mut(topic) {
            listeners.by_encoding[encoding as usize].push((peer.id, Arc::clone(peer)));
        }
        true
    }

    pub(super) fn remove(&mut self, peer: u64, topic: &str) {
        let Some(theirs) = self.by_peer.get_mut(&peer) else {
            return;
        };
        let Some(index) = theirs.iter().position(|(name, _)| &**name == topic) else {
            return;
        };
        let (_, encoding) = theirs.swap_remove(index);
        self.forget(peer, topic, encoding);
    }

    pub(super) fn remove_peer(&mut self, peer: u64) {
        for (topic, encoding) in self.by_peer.remove(&peer).unwrap_or_default() {
            self.forget(peer, &topic, encoding);
        }
    }

    fn forget(&mut self, peer: u64, topic: &str, encoding: Encoding) {
        self.interest.remove(topic, encoding);
        if let Some(listeners) = self.topics.get_mut(topic) {
            listeners.remove(peer, encoding);
            if listeners.is_empty() {
                self.topics.remove(topic);
            }
        }
    }
}
