//! A NATS server for the length of a benchmark: the one that is named, or a private one.

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use fabench_harness::Failure;
use tempfile::TempDir;

/// The variable that names a running server: `fabench run --nats` sets it.
const VARIABLE: &str = "FREEAGENTICS_NATS_URL";
const PATIENCE: Duration = Duration::from_secs(20);

/// Address of the server that the environment names.
pub(crate) fn named() -> Option<String> {
    std::env::var(VARIABLE).ok().filter(|url| !url.is_empty())
}

/// A server to measure; a private one ends with this value, at the latest with the launch.
#[derive(Debug)]
pub(crate) struct NatsServer {
    /// Where it listens.
    pub(crate) url: String,
    _private: Option<Private>,
}

#[derive(Debug)]
struct Private {
    process: Child,
    /// Where it writes down its port.
    folder: TempDir,
}

impl NatsServer {
    /// The server that the environment names, else a new one on a free port.
    pub(crate) fn start() -> Result<Self, Failure> {
        if let Some(url) = named() {
            return Ok(Self {
                url,
                _private: None,
            });
        }
        let missing = || {
            Failure::new(
                "nats-server is not installed; install it (Debian: apt-get install nats-server), or name a running \
                 server with `fabench run --nats URL`",
            )
        };
        let folder = tempfile::tempdir()?;
        let process = Command::new(program().ok_or_else(missing)?)
            .args(["--addr", "127.0.0.1", "--port", "-1", "--ports_file_dir"])
            .arg(folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let mut private = Private { process, folder };
        let url = private.url()?;
        Ok(Self {
            url,
            _private: Some(private),
        })
    }
}

impl Private {
    /// Waits until the server has written down where it listens.
    fn url(&mut self) -> Result<String, Failure> {
        let file = format!("nats-server_{}.ports", self.process.id());
        let file = self.folder.path().join(file);
        let deadline = Instant::now() + PATIENCE;
        while Instant::now() < deadline {
            // `{"nats":["nats://127.0.0.1:40123"],…}`; read again while it is being written.
            let text = std::fs::read_to_string(&file).unwrap_or_default();
            if let Some((url, _)) = text
                .split_once("nats://")
                .and_then(|(_, rest)| rest.split_once('"'))
            {
                return Ok(format!("nats://{url}"));
            }
            if let Some(status) = self.process.try_wait()? {
                return Err(Failure::new(format!("nats-server ended at once: {status}")));
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        Err(Failure::new(format!(
            "nats-server did not say within {PATIENCE:?} where it listens"
        )))
    }
}

impl Drop for Private {
    fn drop(&mut self) {
        // It has nothing to save; the wait only takes its exit status from the system.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Debian installs it where only root looks.
fn program() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .chain([PathBuf::from("/usr/sbin"), PathBuf::from("/usr/local/sbin")])
        .map(|folder| folder.join("nats-server"))
        .find(|program| program.is_file())
}
