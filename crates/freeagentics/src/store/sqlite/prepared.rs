//! A reading connection that keeps its point read prepared beside it.
//!
//! rusqlite's cache of statements costs two searches and an allocation each time, a twentieth of a point read; it lends
//! statements, so that one cannot be stored beside its connection without `unsafe`. Invariant: the statement and
//! whatever else refers to the connection go before it, and all of it is with one thread at a time.

use std::fmt;
use std::mem::ManuallyDrop;
use std::ops::Deref;
use std::ptr::NonNull;

use rusqlite::{Connection, Statement};

use super::rows;
use crate::store::AgentRecord;

/// See the module.
pub(super) struct Prepared {
    /// Borrows from `connection`, however long its type says.
    agent: ManuallyDrop<Statement<'static>>,
    /// From a box, so that it stays where it is when this value moves.
    connection: NonNull<Connection>,
}

// SAFETY: SQLite's objects may go from thread to thread (the bundled build is thread-safe) if no two use them at once.
// `Connection` is `Send`; a `Statement` is not, only because it refers to a connection that may have stayed behind. Here it
// goes along, and the one reference to it that leaves this value borrows from the value.
unsafe impl Send for Prepared {}

impl Prepared {
    pub(super) fn new(connection: Connection) -> rusqlite::Result<Self> {
        let place = NonNull::from(Box::leak(Box::new(connection)));
        // SAFETY: the box was leaked just now, so what it held lives until `release` takes it back, and nobody has a
        // mutable reference to it.
        let lasting: &'static Connection = unsafe { place.as_ref() };
        match lasting.prepare(rows::AGENT) {
            Ok(statement) => Ok(Self {
                agent: ManuallyDrop::new(statement),
                connection: place,
            }),
            Err(error) => {
                // SAFETY: no statement was made, and `lasting` is not used again.
                unsafe { release(place) };
                Err(error)
            }
        }
    }

    /// The agent `id`.
    pub(super) fn agent(&mut self, id: u64) -> rusqlite::Result<Option<AgentRecord>> {
        rows::find(&mut self.agent, id)
    }
}

/// Closes the connection.
///
/// # Safety
/// `connection` comes from a leaked box, and nothing refers to it any more.
unsafe fn release(connection: NonNull<Connection>) {
    // SAFETY: the caller's promise.
    drop(unsafe { Box::from_raw(connection.as_ptr()) });
}

impl Deref for Prepared {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        // SAFETY: it lives until this value is dropped, and is never borrowed mutably.
        unsafe { self.connection.as_ref() }
    }
}

impl Drop for Prepared {
    fn drop(&mut self) {
        // SAFETY: the statement is dropped here, once, and before its connection; with it goes the last reference to
        // the connection, because those of `deref` end before a drop.
        unsafe {
            ManuallyDrop::drop(&mut self.agent);
            release(self.connection);
        }
    }
}

impl fmt::Debug for Prepared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Prepared").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use proptest::prelude::*;
    use tempfile::TempDir;

    use super::*;

    const TABLE: &str =
        "CREATE TABLE agents (id INTEGER PRIMARY KEY, model BLOB, step INTEGER, belief BLOB);
        INSERT INTO agents VALUES (1, zeroblob(32), 7, x'0102');
        INSERT INTO agents VALUES (2, x'00', 7, x'')";

    fn opened(path: &Path) -> rusqlite::Result<Prepared> {
        Prepared::new(Connection::open(path)?)
    }

    #[test]
    fn a_statement_that_cannot_be_prepared_closes_the_connection() {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("s.db");
        assert!(opened(&path).is_err(), "there is no such table");
        let open = |entry: std::io::Result<std::fs::DirEntry>| {
            std::fs::read_link(entry.unwrap().path()).is_ok_and(|target| target == path)
        };
        assert!(!std::fs::read_dir("/proc/self/fd").unwrap().any(open));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20))]

        /// What a pool does with them: moved about, used by one thread and then by another, dropped in any order, also
        /// after an error half-way through a row.
        #[test]
        fn they_may_be_moved_between_threads(
            turns in prop::collection::vec((0_usize..4, 0_u64..4, any::<bool>()), 1..40)
        ) {
            let folder = TempDir::new().unwrap();
            let path = folder.path().join("s.db");
            Connection::open(&path).unwrap().execute_batch(TABLE).unwrap();
            let mut pool: Vec<Prepared> = (0..4).map(|_| opened(&path).unwrap()).collect();
            for (which, id, closed) in turns {
                let mut taken = pool.swap_remove(which % pool.len());
                taken = std::thread::spawn(move || {
                    let found = taken.agent(id);
                    match id {
                        1 => assert_eq!(found.unwrap().unwrap().belief, [1, 2]),
                        2 => assert!(found.is_err(), "its hash has the wrong length"),
                        _ => assert!(found.unwrap().is_none()),
                    }
                    assert!(taken.is_autocommit());
                    taken
                })
                .join()
                .unwrap();
                if closed {
                    drop(taken);
                    taken = opened(&path).unwrap();
                }
                pool.push(taken);
            }
        }
    }
}
