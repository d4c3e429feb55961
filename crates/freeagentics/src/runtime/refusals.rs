//! Says in the log that messages from outside were refused.
//!
//! Invariant: the first refusal for a reason has a line at once; of those that follow within a second the next line
//! tells how many, so that a flood of refusals is no flood of lines.

use std::mem::{Discriminant, discriminant};
use std::time::{Duration, Instant};

use parking_lot::Mutex;

use crate::error::SendError;

const PAUSE: Duration = Duration::from_secs(1);

#[derive(Default)]
pub(crate) struct Refusals(Mutex<Vec<Said>>);

struct Said {
    reason: Discriminant<SendError>,
    at: Instant,
    /// Refused since.
    unsaid: usize,
}

impl Refusals {
    /// `count` messages were refused, one of them for `reason`.
    #[cold]
    pub(crate) fn note(&self, count: usize, reason: &SendError) {
        if let Some(messages) = self.to_say(count, reason, Instant::now()) {
            tracing::warn!(messages, %reason, "refused");
        }
    }

    /// How many refusals are to be told of now.
    fn to_say(&self, count: usize, reason: &SendError, now: Instant) -> Option<usize> {
        let mut said = self.0.lock();
        let kind = discriminant(reason);
        let Some(before) = said.iter_mut().find(|said| said.reason == kind) else {
            said.push(Said {
                reason: kind,
                at: now,
                unsaid: 0,
            });
            return Some(count);
        };
        before.unsaid += count;
        if now.duration_since(before.at) < PAUSE {
            return None;
        }
        before.at = now;
        Some(std::mem::take(&mut before.unsaid))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::AgentId;

    #[test]
    fn the_first_of_a_kind_is_told_at_once_and_a_flood_once_a_second() {
        let refusals = Refusals::default();
        let to = AgentId::new(0, 7);
        let (gone, closed) = (SendError::Gone { to }, SendError::Closed { to });
        let start = Instant::now();
        let at = |ms| start + Duration::from_millis(ms);
        assert_eq!(refusals.to_say(1, &gone, at(0)), Some(1));
        assert_eq!(refusals.to_say(1, &gone, at(10)), None);
        assert_eq!(refusals.to_say(2, &closed, at(20)), Some(2));
        assert_eq!(refusals.to_say(5, &gone, at(999)), None);
        assert_eq!(refusals.to_say(1, &gone, at(1_000)), Some(7));
        assert_eq!(refusals.to_say(1, &gone, at(1_999)), None);
    }
}
