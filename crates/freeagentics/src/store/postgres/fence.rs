//! Connections that were given up, kept from writing later.
//!
//! A statement that is held up on its way may reach the server long after its caller was told that nobody knows its outcome, and
//! would then undo what was written since. Invariant: no connection is handed out before those given up have ended on the
//! server, with all that they had under way. Each connection holds an advisory lock of its own: by that the server finds its
//! process, and it is free once that has ended.

use std::time::Instant;

use deadpool_postgres::Object;
use parking_lot::Mutex;

use super::errors::Place;
use crate::store::StoreError;

/// What a store knows of its connections.
pub(super) struct Fence {
    /// The lock of a connection made at `begun`; that of a later one is as many nanoseconds higher.
    first: i64,
    begun: Instant,
    /// The locks of connections that may still be at work.
    given_up: Mutex<Vec<i64>>,
}

impl Fence {
    pub(super) fn new() -> Self {
        Self {
            first: rand::random(),
            begun: Instant::now(),
            given_up: Mutex::default(),
        }
    }

    fn lock_of(&self, client: &Object) -> i64 {
        let age = Object::metrics(client).created - self.begun;
        // Far from the end of 64 bits: that would take centuries.
        self.first.wrapping_add(age.as_nanos() as i64)
    }

    /// Prepares a connection that the pool hands out, and sees to it that those given up have ended.
    pub(super) async fn pass(&self, client: &Object, place: &Place) -> Result<(), StoreError> {
        if Object::metrics(client).recycle_count == 0 {
            let take = format!("SELECT pg_advisory_lock_shared({})", self.lock_of(client));
            place.wait(client.batch_execute(&take)).await?;
        }
        let given_up = self.given_up.lock().clone();
        for lock in given_up {
            let end = format!(
                "SELECT pg_terminate_backend(pid) FROM pg_locks
                 WHERE locktype = 'advisory' AND objsubid = 1 AND pid <> pg_backend_pid()
                     AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
                     AND ((classid::bigint << 32) | objid::bigint) = {lock};
                 SELECT pg_advisory_lock({lock});
                 SELECT pg_advisory_unlock({lock})"
            );
            place
                .wait(client.batch_execute(&end))
                .await
                .map_err(|error| unended(error, place))?;
            self.given_up.lock().retain(|other| *other != lock);
        }
        Ok(())
    }

    /// Remembers a connection that is given up, if something of it may still be on its way.
    pub(super) fn give_up(&self, client: &Object, error: &StoreError) {
        if matches!(
            error,
            StoreError::TimedOut { .. }
                | StoreError::Lost { .. }
                | StoreError::OutcomeUnknown { .. }
        ) {
            self.given_up.lock().push(self.lock_of(client));
        }
    }
}

/// The lock is waited for as long as any lock; but no other program is to blame.
fn unended(error: StoreError, place: &Place) -> StoreError {
    match error {
        StoreError::Busy { waited, .. } => StoreError::TimedOut {
            place: place.to_string(),
            waited,
        },
        other => other,
    }
}
