//! Why the history can't be used. A failed write never changes a verdict: the caller warns and goes on.

use std::path::PathBuf;

/// Why the history can't be used.
#[derive(Debug, thiserror::Error)]
pub enum HistoryError {
    /// The folder can't be made.
    #[error("the folder {} for the history can't be made; check its permissions", path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The database refuses.
    #[error("the history {} can't be used; if it is damaged, move it away and a new one is begun", path.display())]
    Database {
        /// The file.
        path: PathBuf,
        /// What SQLite says.
        source: rusqlite::Error,
    },
    /// Written by a newer fabench.
    #[error("the history {} has schema {found}, this fabench knows up to {known}; update fabench", path.display())]
    Newer {
        /// The file.
        path: PathBuf,
        /// Schema of the file.
        found: u32,
        /// Newest schema that is known.
        known: u32,
    },
    /// A SQLite file of something else.
    #[error("{} is a database, but no history of fabench; name another file", path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// A row that no run can have left.
    #[error("the history {} is damaged: {problem}; move it away and a new one is begun", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        problem: String,
    },
}
