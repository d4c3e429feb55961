//! Child processes: shown before they run, and explained when they fail.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

/// Folders with servers and tools that a user's PATH often lacks.
const SYSTEM_FOLDERS: [&str; 5] = [
    "/usr/local/bin",
    "/usr/bin",
    "/usr/local/sbin",
    "/usr/sbin",
    "/snap/bin",
];

/// A command of the cargo that runs this program, in the workspace's root, without input.
///
/// `cargo run` describes this package in variables. They are removed, since build scripts that watch them would
/// compile their crates again on every change between `cargo xtask test` and a plain `cargo test`.
pub(crate) fn cargo() -> Command {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(program);
    command
        .current_dir(crate::workspace::root())
        .stdin(Stdio::null());
    for (name, _) in std::env::vars_os() {
        if describes_this_package(&name) {
            command.env_remove(name);
        }
    }
    command
}

fn describes_this_package(name: &OsStr) -> bool {
    let name = name.to_string_lossy();
    name == "CARGO"
        || [
            "CARGO_PKG_",
            "CARGO_MANIFEST_",
            "CARGO_CRATE_",
            "CARGO_BIN_",
        ]
        .iter()
        .any(|prefix| name.starts_with(prefix))
}

/// Shows and runs `command`.
///
/// # Errors
/// If it can't be started or does not end with exit status 0; the text holds the command as one would type it.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let typed = as_typed(command);
    eprintln!("$ {typed}");
    let status = command
        .status()
        .with_context(|| format!("`{typed}` could not be started"))?;
    if !status.success() {
        bail!("`{typed}` ended with {status}");
    }
    Ok(())
}

/// Whether `command` runs and succeeds, without showing its output.
pub(crate) fn succeeds(command: &mut Command) -> bool {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// The command as a person would type it.
fn as_typed(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let name = program.file_name().unwrap_or(program.as_os_str());
    std::iter::once(name)
        .chain(command.get_args())
        .map(quoted)
        .collect::<Vec<_>>()
        .join(" ")
}

fn quoted(word: &OsStr) -> String {
    let word = word.to_string_lossy();
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_=./:,+@".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.into_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

/// The search path for programs: what this program fetched, the user's folders, the system's, then PostgreSQL's own, newest
/// first.
pub(crate) fn search_path() -> OsString {
    let user = std::env::var_os("PATH").unwrap_or_default();
    let fetched = crate::workspace::tools().join("bin");
    let mut folders: Vec<PathBuf> = std::iter::once(fetched)
        .chain(std::env::split_paths(&user))
        .collect();
    let others = SYSTEM_FOLDERS.iter().map(PathBuf::from);
    for folder in others.chain(postgresql_folders()) {
        if !folders.contains(&folder) {
            folders.push(folder);
        }
    }
    std::env::join_paths(folders).unwrap_or_else(|_| std::env::var_os("PATH").unwrap_or_default())
}

/// Debian keeps each version's servers in a folder of its own, outside every PATH.
fn postgresql_folders() -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir("/usr/lib/postgresql") else {
        return Vec::new();
    };
    let mut versions: Vec<(u32, PathBuf)> = entries
        .flatten()
        .filter_map(|entry| {
            let version = entry.file_name().to_str()?.parse().ok()?;
            Some((version, entry.path().join("bin")))
        })
        .collect();
    versions.sort_by_key(|(version, _)| std::cmp::Reverse(*version));
    versions.into_iter().map(|(_, folder)| folder).collect()
}

/// The executable file called `name` in the search path `folders`.
pub(crate) fn find(name: &str, folders: &OsStr) -> Option<PathBuf> {
    std::env::split_paths(folders)
        .map(|folder| folder.join(name))
        .find(|path| is_executable(path))
}

#[cfg(unix)]
fn is_executable(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    path.metadata()
        .is_ok_and(|data| data.is_file() && data.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_executable(path: &Path) -> bool {
    path.is_file()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_shown_as_typed() {
        let mut command = Command::new("/opt/rust/bin/cargo");
        command.args(["nextest", "run", "-E", "test(a b)", "it's"]);
        assert_eq!(
            as_typed(&command),
            r"cargo nextest run -E 'test(a b)' 'it'\''s'"
        );
    }

    #[test]
    fn a_failure_names_the_command_and_its_status() {
        let error = run(Command::new("sh").args(["-c", "exit 7"])).unwrap_err();
        let text = error.to_string();
        assert!(
            text.contains("sh -c 'exit 7'") && text.contains("status: 7"),
            "{text}"
        );
        let error = run(&mut Command::new("no-such-program")).unwrap_err();
        assert!(
            error
                .to_string()
                .contains("`no-such-program` could not be started")
        );
    }

    #[test]
    fn finds_only_executable_files() {
        let path = search_path();
        assert!(find("sh", &path).is_some());
        assert_eq!(find("no-such-program", &path), None);
        assert_eq!(find("passwd", OsStr::new("/etc")), None);
        assert_eq!(find("etc", OsStr::new("/")), None);
    }

    #[test]
    fn children_are_not_told_that_they_are_xtask() {
        assert!(describes_this_package(OsStr::new("CARGO_PKG_NAME")));
        assert!(!describes_this_package(OsStr::new("CARGO_TARGET_DIR")));
        assert!(!describes_this_package(OsStr::new("CARGO_HOME")));
    }
}
