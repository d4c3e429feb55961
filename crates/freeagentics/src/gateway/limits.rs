//! Bounds on what peers may use, and the token bucket which enforces rates.
//! Invariant: a limit of one peer never depends on what another peer does.

use std::time::{Duration, Instant};

/// What one peer, and all peers together, may use.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Sockets open at once, upgraded or not. Beyond it: HTTP 503.
    pub max_connections: usize,
    /// Sockets which have not finished their upgrade. Beyond it the oldest of them is closed.
    pub max_pending_upgrades: usize,
    /// Time a peer has to send a whole request head. Beyond it: HTTP 408.
    pub upgrade_timeout: Duration,
    /// Bytes of a request head. Beyond it: HTTP 431.
    pub max_head_bytes: usize,
    /// Payload bytes of one frame. Beyond it: close code 1009.
    pub max_frame_bytes: usize,
    /// Payload bytes of one message of several frames. Beyond it: close code 1009.
    pub max_message_bytes: usize,
    /// Messages a second from one client, averaged; a burst may be twice that. `None`: no limit.
    /// Beyond it: close code 1008.
    pub messages_per_second: Option<u32>,
    /// Bytes a second from one client, averaged; a burst may be twice that. `None`: no limit.
    /// Beyond it: close code 1008.
    pub bytes_per_second: Option<u32>,
    /// Bytes waiting for one client before [`super::SlowConsumer`] applies.
    pub outbox_bytes: usize,
    /// Topics one client may be subscribed to.
    pub max_subscriptions: usize,
    /// Agents one `spawn` command may create.
    pub max_spawn: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_connections: 12_000,
            max_pending_upgrades: 2_048,
            upgrade_timeout: Duration::from_secs(10),
            max_head_bytes: 8 * 1024,
            max_frame_bytes: 64 * 1024,
            max_message_bytes: 256 * 1024,
            messages_per_second: Some(5_000),
            bytes_per_second: Some(4 << 20),
            outbox_bytes: 256 * 1024,
            max_subscriptions: 256,
            max_spawn: 100_000,
        }
    }
}

impl Limits {
    /// No rate limits and a deep outbox: a load generator is not an abuser.
    #[must_use]
    pub fn for_measuring() -> Self {
        Self {
            max_connections: 19_000,
            max_pending_upgrades: 19_000,
            messages_per_second: None,
            bytes_per_second: None,
            outbox_bytes: 8 << 20,
            ..Self::default()
        }
    }
}

/// A token bucket holding two seconds' worth.
#[derive(Debug)]
pub(super) struct RateLimit {
    per_second: Option<u32>,
    level: f64,
    last: Option<Instant>,
}

impl RateLimit {
    pub(super) fn new(per_second: Option<u32>) -> Self {
        Self {
            per_second,
            level: f64::from(per_second.unwrap_or(0)) * 2.0,
            last: None,
        }
    }

    /// Takes `amount` at time `now`; false if the bucket does not hold that much.
    pub(super) fn take(&mut self, amount: usize, now: impl FnOnce() -> Instant) -> bool {
        let Some(per_second) = self.per_second else {
            return true;
        };
        let rate = f64::from(per_second);
        let amount = amount as f64;
        if self.level < amount || self.last.is_none() {
            let now = now();
            let elapsed = self.last.map_or(0.0, |last| (now - last).as_secs_f64());
            self.level = (self.level + elapsed * rate).min(rate * 2.0);
            self.last = Some(now);
        }
        if self.level < amount {
            return false;
        }
        self.level -= amount;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_of_two_seconds_passes_and_then_the_rate_holds() {
        let start = Instant::now();
        let mut limit = RateLimit::new(Some(10));
        assert!((0..20).all(|_| limit.take(1, || start)));
        assert!(!limit.take(1, || start));
        assert!(limit.take(5, || start + Duration::from_millis(500)));
        assert!(!limit.take(1, || start + Duration::from_millis(500)));
    }

    #[test]
    fn the_bucket_never_holds_more_than_its_burst() {
        let start = Instant::now();
        let mut limit = RateLimit::new(Some(10));
        assert!(limit.take(20, || start));
        assert!(!limit.take(21, || start + Duration::from_secs(3600)));
        assert!(limit.take(20, || start + Duration::from_secs(3600)));
    }

    #[test]
    fn no_rate_means_no_limit() {
        let mut limit = RateLimit::new(None);
        assert!(limit.take(usize::MAX, || unreachable!(
            "the clock is not read without a limit"
        )));
    }
}
