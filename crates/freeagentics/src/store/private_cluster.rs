//! A PostgreSQL cluster of one's own: made in a temporary folder, gone afterwards.
//!
//! For measurements and tests. Invariant: nothing is left behind, however this process ends. A guardian, a
//! small shell that outlives it, holds the reading end of a pipe whose writing end only this process has. When that
//! closes (drop, exit, Ctrl-C, `kill -9`), the guardian ends the server and removes the folder. It makes the folder too:
//! what another made before it watched would stay if that one ended in between.
//! (A "parent died" signal would not do: it is sent when the *thread* that started the server ends.)

mod binaries;
mod folder;
mod trouble;

use std::fmt;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::time::{Duration, Instant};

use rand::RngExt;

pub use binaries::find_binaries;

/// How long a server may take to start on a busy machine.
const START_LIMIT: Duration = Duration::from_secs(60);
/// How long the guardian may take to end it.
const STOP_LIMIT: Duration = Duration::from_secs(20);
/// How often another port is tried.
const ATTEMPTS: usize = 5;
/// Below the range from which Linux hands out ports of its own accord.
const PORTS: std::ops::Range<u16> = 20_000..32_768;

/// How often the guardian tries to remove a folder in which initdb, left alone, may still be making files: for a minute.
const REMOVALS: &str = "1200";

/// `$1` server binary, `$2` where to make the folder, `$3` attempts at removing it. Says which folder it made, or why it
/// made none. Told a port, it starts the server, and with each line more starts it again once it has ended; then it waits for
/// the end of its input, whatever ends it.
///
/// It must not die of telling somebody who is gone: PIPE. The server is thrown away, so it is ended the quick
/// way (QUIT); paused processes must be woken for that.
const GUARDIAN: &str = r#"
trap : HUP INT TERM
trap '' PIPE
folder=$(mktemp -d "$2/freeagentics-pg-XXXXXX" 2>/dev/null) || folder=$(mktemp -d /tmp/freeagentics-pg-XXXXXX 2>&1) || {
    echo "$folder"
    exit 1
}
echo "$folder"
exec >/dev/null 2>&1
cd "$folder"
binary=$1
start() {
    "$binary" -D "$folder/data" -k "$folder" -p "$port" </dev/null >>"$folder/log" 2>&1 &
    server=$!
    echo "$server" >"$folder/server.pid"
}
if read -r port; then
    start
    while read -r line; do
        while kill -0 "$server"; do wait "$server"; done
        start
    done
    kill -CONT "$server"
    kill -QUIT "$server"
    while kill -0 "$server"; do wait "$server"; done
fi
cd /
for attempt in $(seq "$3"); do
    rm -rf "$folder" && break
    sleep 0.05
done
"#;

/// Why there is no cluster.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ClusterError {
    /// The server is not installed.
    #[error(
        "no PostgreSQL server found in PATH or /usr/lib/postgresql; install it (Debian, Ubuntu: apt-get install postgresql), or name its folder in PG_BIN"
    )]
    NotInstalled,
    /// The server refuses to run as root and there is no other user.
    #[error(
        "PostgreSQL refuses to run as root, and neither user `postgres` nor `nobody` exists; create one, or run as another user"
    )]
    NoUser,
    /// A folder, process or port could not be had.
    #[error("{what} failed: {source}; see that {place} can be used by this user")]
    Io {
        /// What was tried.
        what: &'static str,
        /// Where.
        place: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// A program of the server's ended with an error.
    #[error("{program} failed; it said: {output}")]
    Failed {
        /// Which program.
        program: &'static str,
        /// The end of its output.
        output: String,
    },
    /// The server did not become ready.
    #[error(
        "the private PostgreSQL server was not ready within {} s; it said: {output}", START_LIMIT.as_secs()
    )]
    NotReady {
        /// The end of its log.
        output: String,
    },
}

/// What a cluster is for.
#[derive(Clone, Debug, Default)]
pub struct ClusterOptions {
    /// Leave out the waits for the disk: quicker, and fit for tests only.
    pub unsafe_but_quick: bool,
    /// More settings, as in `postgresql.conf`: name and value.
    pub settings: Vec<(String, String)>,
    /// Files to put beside the data, for settings that name them (`ssl_key_file`): name and content.
    pub files: Vec<(String, Vec<u8>)>,
}

/// A running server. Ended and removed when dropped, and also when this process ends in any other way.
pub struct PrivateCluster {
    folder: PathBuf,
    password: String,
    port: u16,
    server: u32,
    guardian: Child,
    /// Its closing is the guardian's cue.
    lifeline: Option<ChildStdin>,
}

impl PrivateCluster {
    /// Makes a cluster and starts it, as another user when this one is root. Takes a few seconds.
    ///
    /// # Errors
    /// When the server is not installed or does not start; the folder is removed then.
    pub fn start(options: &ClusterOptions) -> Result<Self, ClusterError> {
        let binaries = find_binaries().ok_or(ClusterError::NotInstalled)?;
        let user = folder::User::for_server()?;
        for _ in 1..ATTEMPTS {
            match Self::attempt(&binaries, &user, options) {
                // Another process took the port between its choice and the server's start.
                Err(ClusterError::NotReady { output }) if output.contains("could not bind") => {}
                outcome => return outcome,
            }
        }
        Self::attempt(&binaries, &user, options)
    }

    fn attempt(
        binaries: &Path,
        user: &folder::User,
        options: &ClusterOptions,
    ) -> Result<Self, ClusterError> {
        let password = format!("{:032x}", rand::rng().random::<u128>());
        // Guarded from the first: making the data takes seconds, in which this process may be ended.
        let mut cluster = Self::guarded(binaries, user, password)?;
        let folder = &cluster.folder;
        folder::initialise(binaries, user, folder, &cluster.password, options)?;
        cluster.port = free_port(folder)?;
        cluster.launch()?;
        cluster
            .wait_until_ready()
            .map_err(|output| ClusterError::NotReady { output })?;
        Ok(cluster)
    }

    /// An empty folder that is removed with the value.
    fn guarded(
        binaries: &Path,
        user: &folder::User,
        password: String,
    ) -> Result<Self, ClusterError> {
        let parent = folder::parent();
        let mut command = Command::new("/bin/sh");
        command
            .args(["-c", GUARDIAN, "guardian"])
            .arg(binaries.join("postgres"))
            .arg(&parent)
            .arg(REMOVALS)
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            // Ctrl-C in the terminal goes to a whole group: the guardian must live to clean up.
            .process_group(0);
        user.apply(&mut command);
        let failed = |error| folder::io("making a folder", &parent, error);
        let mut guardian = command.spawn().map_err(failed)?;
        let lifeline = guardian.stdin.take();
        let mut word = String::new();
        let heard = match guardian.stdout.take() {
            Some(output) => BufReader::new(output).read_line(&mut word),
            None => Ok(0),
        };
        let folder = PathBuf::from(word.trim_end());
        let cluster = Self {
            folder,
            password,
            port: 0,
            server: 0,
            guardian,
            lifeline,
        };
        heard.map_err(failed)?;
        if cluster.folder.is_dir() {
            Ok(cluster)
        } else {
            let said = cluster.folder.display().to_string();
            Err(failed(std::io::Error::other(said)))
        }
    }

    /// Has the guardian start the server.
    fn launch(&mut self) -> Result<(), ClusterError> {
        let Self {
            lifeline, folder, ..
        } = self;
        let told = match lifeline {
            Some(lifeline) => writeln!(lifeline, "{}", self.port),
            None => Err(std::io::ErrorKind::BrokenPipe.into()),
        };
        told.map_err(|error| folder::io("starting the server", folder, error))
    }

    /// Kills the server and all its processes, as a loss of power would. Returns when they are gone.
    pub fn kill_server(&mut self) {
        trouble::kill(self.server);
    }

    /// Starts the server that was killed again, on the same port and data; it recovers what was committed.
    ///
    /// # Errors
    /// When it does not become ready.
    pub fn start_again(&mut self) -> Result<(), ClusterError> {
        let pid = self.folder.join("server.pid");
        std::fs::remove_file(&pid)
            .map_err(|error| folder::io("removing the old server's id", &pid, error))?;
        self.server = 0;
        self.launch()?;
        self.wait_until_ready()
            .map_err(|output| ClusterError::NotReady { output })
    }

    /// Lets none of the server's processes run until [`PrivateCluster::let_server_go_on`].
    pub fn pause_server(&self) {
        trouble::pause(self.server);
    }

    /// Ends a pause.
    pub fn let_server_go_on(&self) {
        trouble::go_on(self.server);
    }

    /// Waits for the line `ready` in `postmaster.pid`, which the server writes when it accepts connections; the first line says
    /// whose file it is.
    fn wait_until_ready(&mut self) -> Result<(), String> {
        let status = self.folder.join("data/postmaster.pid");
        let started = Instant::now();
        while started.elapsed() < START_LIMIT {
            let server =
                std::fs::read_to_string(self.folder.join("server.pid")).unwrap_or_default();
            if let Ok(server) = server.trim().parse::<u32>() {
                self.server = server;
                if !alive(server) {
                    return Err(self.log_tail());
                }
            }
            let ready = std::fs::read_to_string(&status).is_ok_and(|text| {
                let line = |number| text.lines().nth(number).unwrap_or_default().trim();
                line(0) == self.server.to_string() && line(7) == "ready"
            });
            if ready {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        Err(self.log_tail())
    }

    /// The end of the server's log.
    pub fn log_tail(&self) -> String {
        folder::tail(&std::fs::read(self.folder.join("log")).unwrap_or_default())
    }

    /// The URL by Unix socket, which needs no password.
    pub fn url(&self) -> String {
        let folder = self.folder.display().to_string().replace('/', "%2F");
        format!("postgres://postgres@{folder}:{}/postgres", self.port)
    }

    /// The URL by TCP, with the password.
    pub fn tcp_url(&self) -> String {
        let Self { password, port, .. } = self;
        format!("postgres://postgres:{password}@localhost:{port}/postgres")
    }

    /// The port, below 32768, on the loopback interface and in the socket's name.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The folder with the socket, the log and the data.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The process id of the server's first process.
    pub fn server_pid(&self) -> u32 {
        self.server
    }
}

impl fmt::Debug for PrivateCluster {
    /// Without the password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PrivateCluster")
            .field("folder", &self.folder)
            .field("port", &self.port)
            .field("server", &self.server)
            .finish_non_exhaustive()
    }
}

impl Drop for PrivateCluster {
    fn drop(&mut self) {
        if let Some(mut lifeline) = self.lifeline.take() {
            // Closing is what counts.
            let _ = lifeline.flush();
        }
        let asked = Instant::now();
        while asked.elapsed() < STOP_LIMIT {
            match self.guardian.try_wait() {
                Ok(None) => std::thread::sleep(Duration::from_millis(5)),
                _ => return,
            }
        }
        tracing::error!(
            folder = %self.folder.display(),
            server = self.server,
            "the private PostgreSQL server did not end; end it by hand and remove its folder"
        );
    }
}

/// Whether the process runs. One that ended stays listed (state `Z`) until the guardian asks how it went.
fn alive(process: u32) -> bool {
    std::fs::read_to_string(format!("/proc/{process}/stat"))
        .ok()
        .and_then(|stat| stat.rsplit(") ").next().map(|rest| !rest.starts_with('Z')))
        .unwrap_or(false)
}

/// A port that was free a moment ago.
fn free_port(folder: &Path) -> Result<u16, ClusterError> {
    let mut last = None;
    for _ in 0..100 {
        let port = rand::rng().random_range(PORTS);
        match TcpListener::bind(("127.0.0.1", port)) {
            Ok(_) => return Ok(port),
            Err(error) => last = Some(error),
        }
    }
    let error = last.unwrap_or_else(|| std::io::Error::other("no port was tried"));
    Err(folder::io("finding a free port", folder, error))
}
