//! Which database the suite measures: the suite's own choice, a given server, or a private one for this run.

use std::io::{BufRead as _, BufReader};
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::{Child, ChildStdin, Stdio};

use anyhow::{Context as _, bail};
use fabench_harness::runner::{Cancel, Executable};
use fabench_harness::secrets;

use super::address;
use crate::arguments::RunArguments;
use crate::exit::Interrupted;
use crate::secret;

/// The variable by which a suite learns of the database.
const VARIABLE: &str = "FREEAGENTICS_DATABASE_URL";
/// The argument by which a suite executable keeps a private PostgreSQL until its standard input closes.
const SERVE: &str = "--serve-postgres";

/// A private server; it is ended and removed with this value, and also if this process is killed.
#[derive(Debug)]
pub(super) struct PrivateServer {
    child: Child,
    stdin: Option<ChildStdin>,
}

/// The executable with the database that was asked for in its environment.
pub(super) fn provide(
    executable: Executable,
    arguments: &RunArguments,
    cancel: &Cancel,
) -> anyhow::Result<(Executable, Option<PrivateServer>)> {
    if arguments.postgres {
        let (server, url) = PrivateServer::start(executable.path(), cancel)?;
        return Ok((executable.secret(VARIABLE, &url), Some(server)));
    }
    let schemes = ["postgres://", "postgresql://"];
    let url = address::server(
        ("--database-url", secret::DATABASE),
        arguments.database_url.as_ref(),
        &schemes,
        "postgres://user@host/database (without it SQLite is measured)",
    )?;
    Ok(match url {
        Some(url) => (executable.secret(VARIABLE, url.reveal()), None),
        None => (executable, None),
    })
}

impl PrivateServer {
    fn start(suite: &Path, cancel: &Cancel) -> anyhow::Result<(Self, String)> {
        let mut child = secrets::command(suite)
            .arg(SERVE)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("{} can't be started", suite.display()))?;
        let stdin = child.stdin.take();
        let output = child.stdout.take();
        let mut server = Self { child, stdin };
        let mut line = String::new();
        if let Some(output) = output {
            BufReader::new(output)
                .read_line(&mut line)
                .context("the private PostgreSQL does not answer")?;
        }
        let url = line.trim().to_owned();
        if !url.starts_with("postgres://") {
            // Ctrl-C in a terminal goes to the keeper too, and may end it before this process has noticed.
            drop(server.stdin.take());
            if server.child.wait()?.signal().is_some() || cancel.is_cancelled() {
                return Err(Interrupted.into());
            }
            bail!(
                "{} could not start a private PostgreSQL; its message is above. Install the server (Debian: \
                 `apt-get install postgresql`), or name a running one with --database-url",
                suite.display()
            );
        }
        Ok((server, url))
    }
}

impl Drop for PrivateServer {
    fn drop(&mut self) {
        // The server is removed when its keeper's standard input closes.
        drop(self.stdin.take());
        let _ = self.child.wait();
    }
}
