//! How a store behaves, with defaults that suit both backends. Invariant: every wait has an end.

use std::time::Duration;

/// What a commit promises.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Durability {
    /// Survives the end of the process, `kill -9` included. After a power failure the store opens in a
    /// consistent state, but the last commits before it may be missing. SQLite: `synchronous=NORMAL`.
    #[default]
    Process,
    /// Survives a power failure too: every commit waits for the disk. SQLite: `synchronous=FULL`.
    Power,
}

/// Settings of a store.
#[derive(Clone, Debug)]
pub struct StoreOptions {
    /// How many connections may read at once.
    pub connections: usize,
    /// What a commit promises. SQLite only: a PostgreSQL server has its own `synchronous_commit`.
    pub durability: Durability,
    /// How long a call waits for a free connection.
    pub wait_timeout: Duration,
    /// How long to wait for a server to accept a connection.
    pub connect_timeout: Duration,
    /// How long one statement may take on a server before the call gives up.
    pub statement_timeout: Duration,
    /// How long to wait while another process writes to the same SQLite file.
    pub busy_timeout: Duration,
    /// The largest size of a SQLite file in bytes; a write past it fails as on a full disk.
    pub max_bytes: Option<u64>,
    /// The PostgreSQL schema the tables live in. Lower-case letters, digits and `_`.
    pub schema: String,
}

impl StoreOptions {
    /// How long a call on a server may last that stops answering, or goes away: a free connection, a new one, and twice a
    /// statement, since what a lost connection surely did not change is tried again. A server that answers slowly can take
    /// longer over a call of many statements.
    #[must_use]
    pub fn longest_call(&self) -> Duration {
        self.wait_timeout + self.connect_timeout + 2 * self.statement_timeout
    }
}

impl Default for StoreOptions {
    fn default() -> Self {
        Self {
            connections: 10,
            durability: Durability::default(),
            wait_timeout: Duration::from_secs(5),
            connect_timeout: Duration::from_secs(5),
            statement_timeout: Duration::from_secs(30),
            busy_timeout: Duration::from_secs(5),
            max_bytes: None,
            schema: "freeagentics".to_owned(),
        }
    }
}
