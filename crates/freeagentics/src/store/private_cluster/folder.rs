//! The cluster's folder and who owns it. Invariant: only that user (and root) can enter it, so that the
//! socket in it needs no password.

use std::fs::Permissions;
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{ClusterError, ClusterOptions};

/// The longest path of a socket is 107 bytes: the folder's, and `/.s.PGSQL.32767`.
const LONGEST_FOLDER: usize = 107 - 15;

/// Whom the server runs as.
pub(super) struct User {
    /// User and group to change to; `None` to stay.
    other: Option<(u32, u32)>,
}

impl User {
    /// This user, or another when this is root.
    pub(super) fn for_server() -> Result<Self, ClusterError> {
        if !rustix::process::geteuid().is_root() {
            return Ok(Self { other: None });
        }
        let users = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
        let other = ids(&users, "postgres").or_else(|| ids(&users, "nobody"));
        other
            .map(|ids| Self { other: Some(ids) })
            .ok_or(ClusterError::NoUser)
    }

    pub(super) fn apply(&self, command: &mut Command) {
        if let Some((user, group)) = self.other {
            command.uid(user).gid(group);
        }
    }

    fn give(&self, path: &Path) -> std::io::Result<()> {
        match self.other {
            Some((user, group)) => chown(path, Some(user), Some(group)),
            None => Ok(()),
        }
    }
}

/// User and group of `name` in the text of `/etc/passwd`.
fn ids(users: &str, name: &str) -> Option<(u32, u32)> {
    users.lines().find_map(|line| {
        let mut fields = line.split(':');
        (fields.next()? == name).then_some(())?;
        let mut ids = fields.skip(1).map(str::parse);
        Some((ids.next()?.ok()?, ids.next()?.ok()?))
    })
}

/// Where the guardian makes the folder, if the server's user may; else it takes `/tmp`.
pub(super) fn parent() -> PathBuf {
    let parent = std::env::temp_dir();
    let name = "/freeagentics-pg-123456";
    if parent.as_os_str().len() + name.len() > LONGEST_FOLDER {
        return PathBuf::from("/tmp");
    }
    std::path::absolute(&parent).unwrap_or(parent)
}

pub(super) fn initialise(
    binaries: &Path,
    user: &User,
    folder: &Path,
    password: &str,
    options: &ClusterOptions,
) -> Result<(), ClusterError> {
    let write = |name: &str, content: &[u8]| -> Result<PathBuf, ClusterError> {
        let path = folder.join(name);
        let written = std::fs::write(&path, content)
            .and_then(|()| std::fs::set_permissions(&path, Permissions::from_mode(0o600)))
            .and_then(|()| user.give(&path));
        match written {
            Ok(()) => Ok(path),
            Err(error) => Err(io("writing a file", &path, error)),
        }
    };
    let secret = write("password", password.as_bytes())?;
    let data = folder.join("data");
    let mut command = Command::new(binaries.join("initdb"));
    command
        .arg("-D")
        .arg(&data)
        .args(["--username=postgres", "--encoding=UTF8", "--locale=C"])
        .args(["--auth-local=trust", "--auth-host=scram-sha-256"])
        .args(["--no-sync", "--no-instructions"])
        .arg("--pwfile")
        .arg(&secret)
        .current_dir(folder);
    user.apply(&mut command);
    let output = command
        .output()
        .map_err(|error| io("starting initdb", folder, error))?;
    if !output.status.success() {
        return Err(ClusterError::Failed {
            program: "initdb",
            output: tail(&[output.stdout, output.stderr].concat()),
        });
    }
    for (name, content) in &options.files {
        write(&format!("data/{name}"), content)?;
    }
    let mut settings = "listen_addresses = 'localhost'\n".to_owned();
    if options.unsafe_but_quick {
        settings += "fsync = off\nfull_page_writes = off\n";
    }
    for (name, value) in &options.settings {
        settings += &format!("{name} = '{}'\n", value.replace('\'', "''"));
    }
    write("data/postgresql.auto.conf", settings.as_bytes())?;
    Ok(())
}

/// The last kilobyte of a program's output.
pub(super) fn tail(output: &[u8]) -> String {
    let start = output.len().saturating_sub(1_024);
    String::from_utf8_lossy(&output[start..]).trim().to_owned()
}

pub(super) fn io(what: &'static str, place: &Path, source: std::io::Error) -> ClusterError {
    ClusterError::Io {
        what,
        place: place.display().to_string(),
        source,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_are_found_by_whole_name() {
        let users = "root:x:0:0::/:/bin/sh\npostgresql:x:9:9::/:\npostgres:x:101:104:a,b:/:/bin/sh\nbad:x:y:z";
        assert_eq!(ids(users, "postgres"), Some((101, 104)));
        assert_eq!(ids(users, "nobody"), None);
        assert_eq!(ids(users, "bad"), None);
    }
}
