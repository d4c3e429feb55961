//! A running server that is measured in place of our own gateway, as the environment names it:
//!
//! * `FREEAGENTICS_WEBSOCKET_URL`: where it takes connections that subscribe and publish, `ws://HOST:PORT/PATH`;
//! * `FREEAGENTICS_WEBSOCKET_ECHO_PATH`: where it echoes, if that is another path;
//! * `FREEAGENTICS_WEBSOCKET_TOPIC`: what the broadcast goes to;
//! * `FREEAGENTICS_WEBSOCKET_TOKEN`: a bearer token.
//!
//! Invariant: the token is sent to the server and told to nobody else; no message or record holds it.

use std::fmt;
use std::net::{SocketAddr, ToSocketAddrs as _};
use std::time::Duration;

use fabench_harness::Failure;
use freeagentics::gateway::client::Client;
use tokio::time::timeout;

use super::connection::{Connection, Wire, echo_in_json, shortened};
use super::refusal::explain;

const URL: &str = "FREEAGENTICS_WEBSOCKET_URL";
const ECHO_PATH: &str = "FREEAGENTICS_WEBSOCKET_ECHO_PATH";
const TOPIC: &str = "FREEAGENTICS_WEBSOCKET_TOPIC";
const TOKEN: &str = "FREEAGENTICS_WEBSOCKET_TOKEN";
/// Topic where none is given.
const DEFAULT_TOPIC: &str = "fabench";
/// Longest wait for a server to echo one message.
const PATIENCE: Duration = Duration::from_secs(10);

/// A server that runs already.
pub(crate) struct Given {
    /// `ws://HOST:PORT`.
    root: String,
    address: SocketAddr,
    path: String,
    echo_path: String,
    topic: String,
    token: Option<String>,
    /// Whether it speaks first, as the gateway does with its welcome.
    greets: bool,
}

/// Whether a server is given.
pub(crate) fn is_given() -> bool {
    variable(URL).is_some()
}

/// The given server for people and records: without a query, which may hold secrets.
pub(super) fn shown() -> Option<String> {
    let url = variable(URL)?;
    let (root, path) = split(&url).ok()?;
    let path = variable(ECHO_PATH).unwrap_or_else(|| path.to_owned());
    Some(format!("{root}{}", without_query(&path)))
}

fn without_query(path: &str) -> &str {
    path.split('?').next().unwrap_or_default()
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// `ws://HOST:PORT` and the path.
fn split(url: &str) -> Result<(&str, &str), Failure> {
    let Some(rest) = url.strip_prefix("ws://") else {
        return Err(Failure::new(
            "a WebSocket URL starts with ws://; where TLS is spoken, name the server behind it",
        ));
    };
    let length = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(length);
    if authority.is_empty() || authority.contains('@') {
        return Err(Failure::new(
            "a WebSocket URL is ws://HOST:PORT/PATH, without a name and password",
        ));
    }
    Ok((
        &url[..url.len() - path.len()],
        if path.is_empty() { "/" } else { path },
    ))
}

impl Given {
    /// The server that the environment names; `None` if it names none.
    pub(super) fn from_environment() -> Result<Option<Self>, Failure> {
        let Some(url) = variable(URL) else {
            return Ok(None);
        };
        let (root, path) = split(&url)?;
        let topic = variable(TOPIC).unwrap_or_else(|| DEFAULT_TOPIC.to_owned());
        if topic.len() > 128 || topic.contains(['"', '\\']) || topic.contains(char::is_control) {
            return Err(Failure::new(
                "a topic has 1 to 128 bytes, without quotes, backslashes and control characters",
            ));
        }
        Ok(Some(Self {
            root: root.to_owned(),
            address: resolve(root)?,
            path: path.to_owned(),
            echo_path: variable(ECHO_PATH).unwrap_or_else(|| path.to_owned()),
            topic,
            token: variable(TOKEN),
            greets: false,
        }))
    }

    /// Finds out whether it echoes, and whether it speaks first.
    pub(super) async fn probe(mut self) -> Result<Self, Failure> {
        let mut client = self.open(&self.echo_path).await?;
        let sent = echo_in_json(0);
        client.send_text(sent.as_str()).await?;
        let mut came = Vec::new();
        while came.len() < 2 {
            match timeout(PATIENCE, client.next_text()).await {
                Ok(Ok(message)) if message == sent => {
                    self.greets = !came.is_empty();
                    return Ok(self);
                }
                Ok(Ok(message)) => came.push(format!("`{}`", shortened(&message))),
                Ok(Err(_)) => {
                    came.push("the end of the connection".into());
                    break;
                }
                Err(_) => break,
            }
        }
        let came = if came.is_empty() {
            format!("nothing within {} s", PATIENCE.as_secs())
        } else {
            came.join(" and ")
        };
        let shown = self.shown(&self.echo_path);
        Err(Failure::new(format!(
            "{shown} does not echo: it was sent `{sent}`, and what came was {came}; --echo-path names a path where \
             messages come back"
        )))
    }

    /// A connection to where messages are echoed.
    pub(super) async fn connect(&self) -> Result<Connection, Failure> {
        self.connect_at(&self.echo_path).await
    }

    /// A connection to where topics are.
    pub(super) async fn connect_to_topics(&self) -> Result<Connection, Failure> {
        self.connect_at(&self.path).await
    }

    pub(super) fn topic(&self) -> &str {
        &self.topic
    }

    async fn connect_at(&self, path: &str) -> Result<Connection, Failure> {
        let mut client = self.open(path).await?;
        if self.greets {
            client.next_text().await?;
        }
        Ok(Connection::new(client, Wire::Json))
    }

    async fn open(&self, path: &str) -> Result<Client, Failure> {
        let url = format!("{}{path}", self.root);
        Client::open(self.address, &url, self.token.as_deref())
            .await
            .map_err(|error| explain(&error, &self.shown(path), self.token.is_some()))
    }

    fn shown(&self, path: &str) -> String {
        format!("{}{}", self.root, without_query(path))
    }
}

impl fmt::Debug for Given {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Given({})", self.shown(&self.path))
    }
}

/// The first address of the URL's host.
fn resolve(root: &str) -> Result<SocketAddr, Failure> {
    let authority = root.trim_start_matches("ws://");
    let has_port = authority
        .rsplit_once(':')
        .is_some_and(|(_, port)| port.parse::<u16>().is_ok());
    let complete = if has_port {
        authority.to_owned()
    } else {
        format!("{authority}:80")
    };
    let unknown = |why: String| Failure::new(format!("{root} can't be found: {why}"));
    let mut addresses = complete
        .to_socket_addrs()
        .map_err(|error| unknown(error.to_string()))?;
    addresses
        .next()
        .ok_or_else(|| unknown("its name has no address".into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_split_and_others_are_refused_without_being_shown() {
        for (url, root, path) in [
            ("ws://127.0.0.1:80", "ws://127.0.0.1:80", "/"),
            ("ws://[::1]:9/a/b?c=/d", "ws://[::1]:9", "/a/b?c=/d"),
            ("ws://host?token=x", "ws://host", "?token=x"),
        ] {
            assert_eq!(split(url).expect(url), (root, path));
        }
        for bad in [
            "wss://host",
            "http://host",
            "ws://",
            "ws:///x",
            "ws://me:swordfish@host/",
        ] {
            let failure = split(bad).expect_err(bad);
            assert!(!failure.message().contains("swordfish"), "{failure}");
        }
    }

    #[test]
    fn hosts_are_found_with_and_without_a_port() {
        assert_eq!(resolve("ws://127.0.0.1").expect("found").port(), 80);
        assert_eq!(resolve("ws://[::1]:9000").expect("found").port(), 9000);
        assert!(resolve("ws://no such host:1").is_err());
    }
}
