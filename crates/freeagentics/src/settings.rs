//! How a runtime is set up.
//!
//! Invariant: a runtime that started has settings that work; every value was checked.

use std::time::Duration;

use crate::error::RuntimeError;

/// What a sender gets when a mailbox is full. Never silent loss.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhenFull {
    /// The sender waits for room, at most this long, then gets [`crate::SendError::Full`].
    ///
    /// Agents never wait (their shard would stand still): they get the error at once.
    Wait(Duration),
    /// The sender gets [`crate::SendError::Full`] at once.
    Refuse,
}

#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) node: u16,
    pub(crate) shards: usize,
    pub(crate) mailbox_capacity: usize,
    pub(crate) shard_capacity: usize,
    pub(crate) payload_limit: usize,
    pub(crate) sends_per_event: usize,
    pub(crate) when_full: WhenFull,
    pub(crate) seed: u64,
    pub(crate) lockstep: bool,
    pub(crate) stuck_after: Duration,
    pub(crate) give_up_after: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            node: 0,
            shards: std::thread::available_parallelism().map_or(1, usize::from),
            mailbox_capacity: 1024,
            shard_capacity: 65_536,
            payload_limit: 1 << 20,
            sends_per_event: 65_536,
            when_full: WhenFull::Wait(Duration::from_secs(10)),
            seed: 0,
            lockstep: false,
            stuck_after: Duration::from_secs(1),
            give_up_after: Duration::from_secs(10),
        }
    }
}

impl Settings {
    pub(crate) fn check(&self) -> Result<(), RuntimeError> {
        let ranges = [
            ("shards", self.shards, 1..=1024, "1 to 1024"),
            (
                "mailbox_capacity",
                self.mailbox_capacity,
                1..=65_535,
                "1 to 65535 messages",
            ),
            (
                "shard_capacity",
                self.shard_capacity,
                1..=1 << 24,
                "1 to 16777216 messages",
            ),
            (
                "payload_limit",
                self.payload_limit,
                1..=1 << 30,
                "1 to 1073741824 bytes",
            ),
            (
                "sends_per_event",
                self.sends_per_event,
                1..=1 << 24,
                "1 to 16777216 messages",
            ),
        ];
        for (setting, value, range, expected) in ranges {
            if !range.contains(&value) {
                return Err(RuntimeError::Setting {
                    setting,
                    value: value.to_string(),
                    expected,
                });
            }
        }
        if self.stuck_after < Duration::from_millis(10) {
            return Err(RuntimeError::Setting {
                setting: "stuck_after",
                value: format!("{:?}", self.stuck_after),
                expected: "at least 10 ms",
            });
        }
        if self.give_up_after < self.stuck_after {
            return Err(RuntimeError::Setting {
                setting: "give_up_after",
                value: format!("{:?}", self.give_up_after),
                expected: "at least `stuck_after`",
            });
        }
        Ok(())
    }
}
