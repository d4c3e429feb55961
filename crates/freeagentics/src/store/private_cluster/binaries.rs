//! Where the server's programs are. Debian keeps them out of PATH, one folder a version.

use std::path::{Path, PathBuf};

/// The folder with `initdb` and `postgres`: `PG_BIN`, else from PATH, else the newest under
/// `/usr/lib/postgresql`. `None` when the server is not installed.
pub fn find_binaries() -> Option<PathBuf> {
    if let Some(named) = std::env::var_os("PG_BIN") {
        return Some(PathBuf::from(named)).filter(|folder| complete(folder));
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .find(|folder| complete(folder))
        .or_else(newest_of_debian)
}

fn complete(folder: &Path) -> bool {
    ["initdb", "postgres"]
        .iter()
        .all(|program| folder.join(program).is_file())
}

fn newest_of_debian() -> Option<PathBuf> {
    let version = |folder: &PathBuf| -> Option<u32> { folder.file_name()?.to_str()?.parse().ok() };
    std::fs::read_dir("/usr/lib/postgresql")
        .ok()?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|folder| version(folder).is_some())
        .max_by_key(version)
        .map(|folder| folder.join("bin"))
        .filter(|folder| complete(folder))
}
