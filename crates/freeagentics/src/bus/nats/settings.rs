//! How a runtime joins a NATS bus.
//!
//! Invariant: no message that this bus shows or logs contains the URL's password.

use std::fmt;
use std::time::Duration;

use async_nats::{ConnectOptions, ServerAddr};
use percent_encoding::percent_decode_str;

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
#[derive(Clone)]
pub struct NatsOptions {
    /// The server, for example `nats://127.0.0.1:4222`, with user and password (`nats://user:password@…`) or token
    /// (`nats://token@…`) if it wants one; what is special in an address is percent-encoded. Of several, with commas between
    /// them, all take the same.
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
        self.servers()?;
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

    /// The servers without user, password and token, and options with these. The client logs addresses whole, and looks
    /// for nobody in them.
    pub(super) fn servers(&self) -> Result<(Vec<ServerAddr>, ConnectOptions), BusError> {
        let refused = |expected| BusError::Setting {
            setting: "url",
            value: self.shown_url(),
            expected,
        };
        let form = "nats://HOST:PORT, or tls://, several with commas between them";
        let mut servers = Vec::new();
        let mut shown: Option<(String, Option<String>)> = None;
        for url in self.url.split(',') {
            let server: ServerAddr = url.parse().map_err(|_| refused(form))?;
            let read = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
            let who = server
                .username()
                .map(|user| (read(user), server.password().map(read)));
            if shown.is_some() && who.is_some() && shown != who {
                return Err(refused(
                    "of one user and password, or token, for all servers",
                ));
            }
            shown = shown.or(who);
            let mut address = server.into_inner();
            // Neither fails for an address with a host.
            let _ = address.set_username("");
            let _ = address.set_password(None);
            servers.push(ServerAddr::from_url(address).map_err(|_| refused(form))?);
        }
        let options = ConnectOptions::new();
        let options = match shown {
            Some((user, Some(password))) => options.user_and_password(user, password),
            Some((token, None)) => options.token(token),
            None => options,
        };
        Ok((servers, options))
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

impl fmt::Debug for NatsOptions {
    /// Without user and password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NatsOptions")
            .field("url", &self.shown_url())
            .field("bus", &self.bus)
            .field("delivery", &self.delivery)
            .finish_non_exhaustive()
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
            let options = NatsOptions::new(url);
            assert_eq!(options.shown_url(), "nats://host:1");
            assert!(!format!("{options:?}").contains("secret"));
        }
    }

    #[test]
    fn the_client_gets_addresses_without_passwords() {
        let servers = |url: &str| NatsOptions::new(url).servers();
        for url in [
            "nats://me:secret@host:1",
            "nats://me:secret@host:1,nats://other:2",
            "nats://secret@host:1,nats://secret@other:2",
        ] {
            let (servers, _) = servers(url).expect("addresses");
            assert!(!format!("{servers:?}").contains("secret"), "{servers:?}");
        }
        let refused = servers("nats://a:secret@host,nats://b:secret@other").expect_err("two users");
        assert!(!refused.to_string().contains("secret"), "{refused}");
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
