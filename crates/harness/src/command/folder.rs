//! A folder of small files that a tool writes, such as `target/criterion`.
//!
//! Invariant: a file that a format does not want is not opened, and one that is too large is not read.

use std::fs;
use std::path::{Path, PathBuf};

use fabench_record::formats::{Document, FormatError};

/// Deepest folder that is looked at: criterion's are five deep.
const DEEPEST: usize = 12;

/// Why a folder can't be read.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// The system refused.
    #[error("{path} can't be read: {error}; check its permissions")]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        error: std::io::Error,
    },
    /// What is in a file is no text.
    #[error("{path} can't be read: {error}")]
    Document {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        error: FormatError,
    },
}

/// The files below `folder` that are wanted, by their path within it with `/` between folders. Links to folders are not followed.
///
/// # Errors
/// The file or folder that can't be read.
pub fn documents_in(
    folder: &Path,
    wants: &dyn Fn(&str) -> bool,
) -> Result<Vec<Document>, FolderError> {
    let mut found = Vec::new();
    for (name, path) in files_in(folder)? {
        if wants(&name) {
            found.push(read_document(&name, &path)?);
        }
    }
    Ok(found)
}

/// Every file below `folder`, in the order of their paths within it.
pub(super) fn files_in(folder: &Path) -> Result<Vec<(String, PathBuf)>, FolderError> {
    let mut found = Vec::new();
    gather(folder, "", 0, &mut found)?;
    found.sort();
    Ok(found)
}

fn gather(
    folder: &Path,
    below: &str,
    depth: usize,
    found: &mut Vec<(String, PathBuf)>,
) -> Result<(), FolderError> {
    let refused = |error| FolderError::Io {
        path: folder.to_owned(),
        error,
    };
    for entry in fs::read_dir(folder).map_err(refused)? {
        let path = entry.map_err(refused)?.path();
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else {
            continue;
        };
        let name = if below.is_empty() {
            name.to_owned()
        } else {
            format!("{below}/{name}")
        };
        if path.is_dir() && !path.is_symlink() && depth < DEEPEST {
            gather(&path, &name, depth + 1, found)?;
        } else if path.is_file() {
            found.push((name, path));
        }
    }
    Ok(())
}

/// Reads a file whose size is looked at before.
pub(super) fn read_document(name: &str, path: &Path) -> Result<Document, FolderError> {
    let refused = |error| FolderError::Io {
        path: path.to_owned(),
        error,
    };
    let wrong = |error| FolderError::Document {
        path: path.to_owned(),
        error,
    };
    let size = fs::metadata(path).map_err(refused)?.len();
    Document::check_size(size).map_err(wrong)?;
    let bytes = fs::read(path).map_err(refused)?;
    Document::owned(name, bytes).map_err(wrong)
}
