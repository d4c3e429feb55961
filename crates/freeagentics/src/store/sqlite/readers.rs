//! The reading connections. Invariant: at most `connections` exist, each used by one call at a time, and a
//! call that finds none free waits no longer than `wait_timeout`.

use std::ops::{Deref, DerefMut};
use std::path::PathBuf;
use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use rusqlite::{Connection, OpenFlags};
use tokio::sync::Notify;

use super::errors::Place;
use super::prepared::Prepared;
use crate::store::{StoreError, StoreOptions};

pub(super) struct Readers {
    path: PathBuf,
    place: Place,
    most: usize,
    pool: Mutex<Pool>,
    /// Told when a connection comes back while somebody waits.
    returned: Notify,
    wait_timeout: Duration,
    busy_timeout: Duration,
}

#[derive(Default)]
struct Pool {
    idle: Vec<Prepared>,
    /// Connections that exist or are just being opened, idle ones included.
    open: usize,
    waiting: usize,
}

/// What the pool has for a caller.
enum Turn {
    Use(Prepared),
    Open,
}

impl Readers {
    pub(super) fn new(path: PathBuf, place: Place, options: &StoreOptions) -> Self {
        Self {
            path,
            place,
            most: options.connections.max(1),
            pool: Mutex::default(),
            returned: Notify::new(),
            wait_timeout: options.wait_timeout,
            busy_timeout: options.busy_timeout,
        }
    }

    /// A connection for the caller alone, until the guard is dropped. `home` is how the guard finds back: a
    /// reference, or an `Arc` where the guard outlives the call.
    pub(super) async fn acquire<H: Deref<Target = Self>>(home: H) -> Result<Reader<H>, StoreError> {
        let turn = match home.turn() {
            Some(turn) => turn,
            None => home.wait().await?,
        };
        Self::take(home, turn)
    }

    /// As [`Self::acquire`], for a caller that does not wait: `None` when all connections are in use.
    pub(super) fn ready(&self) -> Option<Result<Reader<&Self>, StoreError>> {
        self.turn().map(|turn| Self::take(self, turn))
    }

    fn take<H: Deref<Target = Self>>(home: H, turn: Turn) -> Result<Reader<H>, StoreError> {
        let connection = match turn {
            Turn::Use(connection) => connection,
            Turn::Open => home.connect().map_err(|error| {
                home.give_back(None);
                home.place.error(error)
            })?,
        };
        Ok(Reader {
            connection: Some(connection),
            home,
        })
    }

    /// `None` when all connections are in use.
    fn turn(&self) -> Option<Turn> {
        let mut pool = self.pool.lock();
        if let Some(connection) = pool.idle.pop() {
            return Some(Turn::Use(connection));
        }
        (pool.open < self.most).then(|| {
            pool.open += 1;
            Turn::Open
        })
    }

    async fn wait(&self) -> Result<Turn, StoreError> {
        let _waiting = Waiting::start(self);
        let started = Instant::now();
        loop {
            let mut returned = pin!(self.returned.notified());
            // Listening before looking: a connection that comes back in between is not missed.
            returned.as_mut().enable();
            if let Some(turn) = self.turn() {
                return Ok(turn);
            }
            let left = self.wait_timeout.saturating_sub(started.elapsed());
            if tokio::time::timeout(left, returned).await.is_err() {
                return Err(StoreError::PoolTimeout {
                    place: self.place.to_string(),
                    waited: self.wait_timeout,
                });
            }
        }
    }

    /// Takes back a connection, or the leave to open one.
    fn give_back(&self, connection: Option<Prepared>) {
        let mut pool = self.pool.lock();
        match connection {
            Some(connection) => pool.idle.push(connection),
            None => pool.open -= 1,
        }
        let somebody_waits = pool.waiting > 0;
        drop(pool);
        if somebody_waits {
            self.returned.notify_one();
        }
    }

    fn connect(&self) -> rusqlite::Result<Prepared> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(&self.path, flags)?;
        connection.busy_timeout(self.busy_timeout)?;
        Prepared::new(connection)
    }
}

/// Counts somebody who waits, also when they stop waiting half-way.
struct Waiting<'a>(&'a Readers);

impl<'a> Waiting<'a> {
    fn start(readers: &'a Readers) -> Self {
        readers.pool.lock().waiting += 1;
        Self(readers)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.pool.lock().waiting -= 1;
    }
}

/// A connection on loan.
pub(super) struct Reader<H: Deref<Target = Readers>> {
    connection: Option<Prepared>,
    home: H,
}

impl<H: Deref<Target = Readers>> Deref for Reader<H> {
    type Target = Prepared;

    fn deref(&self) -> &Prepared {
        self.connection.as_ref().expect(HELD)
    }
}

impl<H: Deref<Target = Readers>> DerefMut for Reader<H> {
    fn deref_mut(&mut self) -> &mut Prepared {
        self.connection.as_mut().expect(HELD)
    }
}

const HELD: &str = "a reader holds its connection until it is dropped";

impl<H: Deref<Target = Readers>> Drop for Reader<H> {
    fn drop(&mut self) {
        let Some(connection) = self.connection.take() else {
            return;
        };
        // A call that was dropped half-way left its read transaction open. A connection that cannot even end
        // that is of no more use.
        let clean = connection.is_autocommit() || connection.execute_batch("ROLLBACK").is_ok();
        self.home.give_back(clean.then_some(connection));
    }
}

/// A loan that may outlive the call that took it.
pub(super) type OwnedReader = Reader<Arc<Readers>>;
