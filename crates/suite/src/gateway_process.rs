//! A WebSocket gateway in a process of its own: this executable, started once more.
//!
//! Invariant: the process ends when its parent ends or closes its standard input, whichever comes first.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::SocketAddr;
use std::process::{Child, ChildStdin, Command, ExitCode, Stdio};
use std::sync::Arc;

use fabench_harness::{Failure, die_with_parent};
use freeagentics::gateway::{self, GatewayConfig, GatewayError, NoAgents};

/// The argument that makes this executable a gateway.
const ARGUMENT: &str = "--serve-gateway";

/// A gateway process; ends with this value.
#[derive(Debug)]
pub struct GatewayProcess {
    child: Child,
    /// Closing it asks the process to end.
    stdin: Option<ChildStdin>,
    /// Where it listens.
    pub address: SocketAddr,
}

impl GatewayProcess {
    /// Starts the process and waits until it listens.
    ///
    /// # Errors
    /// When it cannot be started or does not say where it listens.
    pub fn start() -> Result<Self, Failure> {
        let mut child = Command::new(std::env::current_exe()?)
            .arg(ARGUMENT)
            .env_remove(fabench_harness::protocol::WORKER_FD)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let stdin = child.stdin.take();
        let output = child
            .stdout
            .take()
            .ok_or("the gateway process has no output")?;
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line)?;
        let address = line.trim().parse().map_err(|_| {
            Failure::new(format!(
                "the gateway process said `{}`, not where it listens",
                line.trim()
            ))
        })?;
        Ok(Self {
            child,
            stdin,
            address,
        })
    }
}

impl Drop for GatewayProcess {
    fn drop(&mut self) {
        drop(self.stdin.take());
        // It has nothing to save; the wait only takes its exit status from the system.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Serves a gateway until standard input closes, if the arguments ask for it; `None` if they do not.
pub fn serve_if_asked() -> Option<ExitCode> {
    if !std::env::args().skip(1).eq([ARGUMENT.to_owned()]) {
        return None;
    }
    Some(match serve() {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            let _ = writeln!(std::io::stderr(), "error: {failure}");
            ExitCode::FAILURE
        }
    })
}

fn serve() -> Result<(), Failure> {
    die_with_parent()?;
    // Without more descriptors fewer connections fit, and the benchmark that needs them says so.
    let _ = gateway::raise_descriptor_limit();
    let served: Result<(), GatewayError> = gateway::run(
        GatewayConfig::for_measuring(),
        Arc::new(NoAgents),
        1,
        |gateway| {
            let mut out = std::io::stdout();
            let _ = writeln!(out, "{}", gateway.local_addr()).and_then(|()| out.flush());
            async {
                let closed =
                    tokio::task::spawn_blocking(|| std::io::stdin().read_to_end(&mut Vec::new()));
                let _ = closed.await;
            }
        },
    );
    Ok(served?)
}
