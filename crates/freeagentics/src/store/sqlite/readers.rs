//! The reading connections. Invariant: at most `connections` exist, each used by one call at a time, and a
//! call that finds none free waits no longer than `wait_timeout`.

use std::ops::Deref;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use rusqlite::{Connection, OpenFlags};
use tokio::sync::Semaphore;

use super::errors::Place;
use crate::store::{StoreError, StoreOptions};

pub(super) struct Readers {
    path: PathBuf,
    place: Place,
    /// One permit for each connection not in use, opened or not.
    permits: Semaphore,
    idle: Mutex<Vec<Connection>>,
    wait_timeout: Duration,
    busy_timeout: Duration,
}

impl Readers {
    pub(super) fn new(path: PathBuf, place: Place, options: &StoreOptions) -> Self {
        Self {
            path,
            place,
            permits: Semaphore::new(options.connections.max(1)),
            idle: Mutex::default(),
            wait_timeout: options.wait_timeout,
            busy_timeout: options.busy_timeout,
        }
    }

    /// A connection for the caller alone, until the guard is dropped.
    pub(super) async fn acquire(self: &Arc<Self>) -> Result<Reader, StoreError> {
        let permit = match self.permits.try_acquire() {
            Ok(permit) => permit,
            Err(_) => tokio::time::timeout(self.wait_timeout, self.permits.acquire())
                .await
                .map_err(|_| StoreError::PoolTimeout {
                    place: self.place.to_string(),
                    waited: self.wait_timeout,
                })?
                .map_err(|_| StoreError::Closed {
                    place: self.place.to_string(),
                })?,
        };
        let idle = self.idle.lock().pop();
        let connection = match idle {
            Some(connection) => connection,
            None => self.connect().map_err(|error| self.place.error(error))?,
        };
        permit.forget();
        Ok(Reader {
            connection: Some(connection),
            home: Arc::clone(self),
        })
    }

    fn connect(&self) -> rusqlite::Result<Connection> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(&self.path, flags)?;
        connection.busy_timeout(self.busy_timeout)?;
        Ok(connection)
    }
}

/// A connection on loan.
pub(super) struct Reader {
    connection: Option<Connection>,
    home: Arc<Readers>,
}

impl Deref for Reader {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        self.connection
            .as_ref()
            .expect("a reader holds its connection until it is dropped")
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        // The connection first: who gets the permit must find it.
        self.home.idle.lock().extend(self.connection.take());
        self.home.permits.add_permits(1);
    }
}
