//! From SQLite's result codes to errors with a remedy. Invariant: every error names the file.

use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rusqlite::ffi::ErrorCode;

use crate::store::StoreError;

/// Which file, and how long it is waited for when locked.
#[derive(Clone, Debug)]
pub(super) struct Place {
    name: Arc<str>,
    busy_timeout: Duration,
}

impl Place {
    pub(super) fn new(path: &Path, busy_timeout: Duration) -> Self {
        Self {
            name: path.display().to_string().into(),
            busy_timeout,
        }
    }

    /// What `error` means for the file, and what to do about it.
    pub(super) fn error(&self, error: rusqlite::Error) -> StoreError {
        let place = self.to_string();
        let reason = error.to_string();
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => StoreError::Full {
                place,
                source: Box::new(error),
            },
            Some(ErrorCode::NotADatabase) => StoreError::NotAStore {
                place,
                reason: "it is not a SQLite database".to_owned(),
            },
            Some(ErrorCode::DatabaseCorrupt) => StoreError::Damaged {
                place,
                what: reason,
                source: Some(Box::new(error)),
            },
            Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => {
                StoreError::ReadOnly { place, reason }
            }
            Some(ErrorCode::CannotOpen) => StoreError::CannotOpen {
                place,
                reason,
                remedy: "see that the folder exists and that this user may read and write in it",
            },
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StoreError::Busy {
                place,
                waited: self.busy_timeout,
            },
            _ => StoreError::Database {
                place,
                reason,
                source: Box::new(error),
            },
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}
