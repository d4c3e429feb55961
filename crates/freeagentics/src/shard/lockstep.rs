//! Lockstep: what agents send in one tick is handled in the next, in an order that no machine changes.
//!
//! Invariant: receivers handle their messages sorted by sender, each sender's in the order sent; nothing depends on
//! the number of shards or on which was faster.

use super::Shard;
use super::envelope::{Body, Envelope};

impl Shard {
    /// What was sent in the tick before, sorted.
    pub(super) fn staged(&mut self, tick: u64) -> Vec<Envelope> {
        let inbox = &self.core.shared.inboxes[self.core.index];
        let staged = inbox.lock().take_staged(tick as usize % 2);
        let mut messages = Vec::with_capacity(staged.len());
        for envelope in staged {
            match envelope.body {
                Body::FanOut(fan_out) => {
                    for target in self.receivers(&fan_out) {
                        self.core.counts.accepted += 1;
                        messages.push(Envelope {
                            from: envelope.from,
                            target,
                            reply: None,
                            body: Body::Message(fan_out.message.clone()),
                        });
                    }
                    self.carrier_ended();
                }
                body => messages.push(Envelope { body, ..envelope }),
            }
        }
        // Stable: each sender's messages stay in the order sent.
        messages.sort_by_key(|envelope| (envelope.target.slot, envelope.from));
        messages
    }
}
