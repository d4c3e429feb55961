//! A NATS server for the length of the run.

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::Outcome;

const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) struct Server {
    pub(crate) url: String,
    process: Child,
    folder: PathBuf,
}

impl Server {
    pub(crate) fn start() -> Outcome<Self> {
        let path = std::env::var_os("PATH").unwrap_or_default();
        // Debian installs it where only root looks.
        let program = std::env::split_paths(&path)
            .chain([PathBuf::from("/usr/sbin"), PathBuf::from("/usr/local/sbin")])
            .map(|folder| folder.join("nats-server"))
            .find(|program| program.is_file())
            .ok_or("nats-server is not installed (Debian: apt-get install nats-server)")?;
        let folder = std::env::temp_dir().join(format!("bus-throughput-{}", std::process::id()));
        std::fs::create_dir_all(&folder)?;
        let process = Command::new(program)
            .args(["--addr", "127.0.0.1", "--port", "-1", "--ports_file_dir"])
            .arg(&folder)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let file = folder.join(format!("nats-server_{}.ports", process.id()));
        let mut server = Self {
            url: String::new(),
            process,
            folder,
        };
        let deadline = Instant::now() + PATIENCE;
        while Instant::now() < deadline {
            // `{"nats":["nats://127.0.0.1:40123"],…}`; read again while it is being written.
            let text = std::fs::read_to_string(&file).unwrap_or_default();
            let address = text
                .split_once("nats://")
                .and_then(|(_, rest)| rest.split_once('"'));
            if let Some((address, _)) = address {
                server.url = format!("nats://{address}");
                return Ok(server);
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        Err("nats-server did not say where it listens".into())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It has nothing to save.
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}
