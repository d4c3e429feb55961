//! How a runtime joins a NATS bus.
//!
//! Invariant: no message that this bus shows or logs contains the URL's password.

use std::time::Duration;

use async_nats::ServerAddr;

use crate::bus::BusError;

const LEAST_QUEUE: usize = 1 << 20;

/// How often a silent server is asked for a sign of life. The third time in a row without an answer, the connection is given up:
/// one whose other end vanished without a word would otherwise be trusted for minutes.
pub(super) const PING: Duration = Duration::from_secs(2);
/// How long the server waits for word of a kept frame before it delivers it again.
pub(super) const ACK_WAIT: Duration = Duration::from_secs(5);

/// What must survive what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Delivery {
    /// Messages arrive once and in order while both runtimes live, whatever happens to the server between them:
    /// the sender repeats until the receiver acknowledges.
    #[default]
    WhileBothLive,
    /// Messages are kept by the server's JetStream, on its disk, until the receiver has taken them: they also survive
    /// a restart of the receiver, or its absence. Acknowledged means that the server has them.
    Kept,
}

/// Settings of a NATS bus.
#[derive(Clone, Debug)]
pub struct NatsOptions {
    /// The server, for example `nats://127.0.0.1:4222`, with user and password or token if it wants one.
    pub url: String,
    /// Name of the bus: runtimes with the same name hear each other. Letters, digits, `-` and `_`.
    pub bus: String,
    /// What must survive what.
    pub delivery: Delivery,
    /// How long joining may take.
    pub connect_timeout: Duration,
    /// How long a node may stay silent before what is queued for it is returned to the senders.
    pub peer_timeout: Duration,
    /// How long a request to another node may take.
    pub request_timeout: Duration,
    /// How many bytes may wait for one node before senders wait, or are refused.
    pub queue_bytes: usize,
}

impl NatsOptions {
    /// The defaults, for the server at `url`.
    #[must_use]
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            bus: "freeagentics".to_owned(),
            delivery: Delivery::default(),
            connect_timeout: Duration::from_secs(5),
            peer_timeout: Duration::from_secs(30),
            request_timeout: Duration::from_secs(30),
            queue_bytes: 16 << 20,
        }
    }

    /// How long messages may still be held up once a server that was away, or the way to it, is there again: the old connection
    /// is found dead, an attempt at a new one may be under way, and what was lost with the old one is delivered again.
    #[must_use]
    pub fn longest_recovery(&self) -> Duration {
        3 * PING + self.connect_timeout + ACK_WAIT
    }

    pub(super) fn check(&self) -> Result<(), BusError> {
        if !self
            .url
            .split(',')
            .all(|url| url.parse::<ServerAddr>().is_ok())
        {
            return Err(BusError::Setting {
                setting: "url",
                value: self.shown_url(),
                expected: "nats://HOST:PORT, or tls://, several with commas between them",
            });
        }
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        if self.bus.is_empty() || self.bus.len() > 64 || !self.bus.chars().all(plain) {
            return Err(BusError::Setting {
                setting: "bus",
                value: self.bus.chars().take(80).collect(),
                expected: "1 to 64 letters, digits, `-` or `_`",
            });
        }
        if self.queue_bytes < LEAST_QUEUE {
            return Err(BusError::Setting {
                setting: "queue_bytes",
                value: self.queue_bytes.to_string(),
                expected: "at least 1 MiB",
            });
        }
        Ok(())
    }

    /// The URL without user and password.
    pub(super) fn shown_url(&self) -> String {
        let (scheme, rest) = self.url.split_once("://").unwrap_or(("nats", &self.url));
        let host = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
        format!("{scheme}://{host}")
    }

    pub(super) fn subject(&self, what: &str, node: u16) -> String {
        format!("{}.{what}.{node}", self.bus)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_not_shown() {
        for url in [
            "nats://me:secret@host:1",
            "me:secret@host:1",
            "nats://secret@host:1",
        ] {
            let shown = NatsOptions::new(url).shown_url();
            assert_eq!(shown, "nats://host:1");
        }
    }

    #[test]
    fn names_that_would_be_patterns_are_refused() {
        for bus in ["", "a.b", "a>", "a b", "*"] {
            let options = NatsOptions {
                bus: bus.to_owned(),
                ..NatsOptions::new("nats://host:1")
            };
            assert!(options.check().is_err(), "{bus}");
        }
    }
}
