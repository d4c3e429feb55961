//! Where the server's programs are. Debian keeps them out of PATH, one folder a version.

use std::path::{Path, PathBuf};

/// The folder with `initdb` and `postgres`: `PG_BIN`, else from PATH, else the newest under
/// `/usr/lib/postgresql`. `None` when the server is not installed.
pub fn find_binaries() -> Option<PathBuf> {
    if let Some(named) = std::env::var_os("PG_BIN") {
        return complete(Path::new(&named));
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .find_map(|folder| complete(&folder))
        .or_else(newest_of_debian)
}

/// The folder itself when it has both programs; where they are links, the folder these lead to, which has the
/// server's other programs too.
fn complete(folder: &Path) -> Option<PathBuf> {
    folder.join("initdb").canonicalize().ok()?;
    let server = folder.join("postgres").canonicalize().ok()?;
    let real = server.parent()?;
    let whole = real.join("initdb").is_file();
    Some(if whole { real } else { folder }.to_owned())
}

fn newest_of_debian() -> Option<PathBuf> {
    let version = |folder: &PathBuf| -> Option<u32> { folder.file_name()?.to_str()?.parse().ok() };
    std::fs::read_dir("/usr/lib/postgresql")
        .ok()?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|folder| version(folder).is_some())
        .max_by_key(version)
        .and_then(|folder| complete(&folder.join("bin")))
}
