//! One process at a time. Invariant: the claim ends with the process, however it ends, because it is a lock
//! held by the kernel; the file left behind means nothing.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{ErrorKind, Read, Seek, Write};
use std::path::{Path, PathBuf};

use super::errors::Place;
use crate::store::StoreError;

/// The right to write to one SQLite file, held through a lock on a file beside it.
///
/// Not on the file itself: closing a second handle of it would release SQLite's own locks.
#[derive(Debug)]
pub(super) struct Claim {
    _file: File,
}

impl Claim {
    pub(super) fn take(path: &Path, place: &Place) -> Result<Self, StoreError> {
        let beside = beside(path);
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&beside)
            .map_err(|error| refused(&error, place))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut owner = String::new();
                // Only for the message: another process may be writing its id just now.
                let _ = file.read_to_string(&mut owner);
                let owner = owner.trim();
                return Err(StoreError::InUse {
                    place: place.to_string(),
                    owner: if owner.is_empty() { "unknown" } else { owner }.to_owned(),
                });
            }
            Err(TryLockError::Error(error)) => return Err(refused(&error, place)),
        }
        // The id helps a person to find the owner; a full disk must not keep a store from being opened.
        let noted = file
            .set_len(0)
            .and_then(|()| file.rewind())
            .and_then(|()| writeln!(file, "{}", std::process::id()));
        if let Err(error) = noted {
            tracing::warn!(file = %beside.display(), %error, "the process id could not be noted");
        }
        Ok(Self { _file: file })
    }
}

fn beside(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push("-claim");
    name.into()
}

fn refused(error: &std::io::Error, place: &Place) -> StoreError {
    match error.kind() {
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => StoreError::ReadOnly {
            place: place.to_string(),
            reason: error.to_string(),
        },
        ErrorKind::StorageFull => StoreError::Full {
            place: place.to_string(),
            source: error.to_string().into(),
        },
        _ => StoreError::CannotOpen {
            place: place.to_string(),
            reason: error.to_string(),
            remedy: "see that the folder exists and that this user may write in it",
        },
    }
}
