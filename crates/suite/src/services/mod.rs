//! Servers in processes of their own: this executable, started once more with an argument that names the service.
//!
//! Invariant: a service says in one line where it is, and ends when its standard input closes or its parent ends.

pub(crate) mod gateway;
pub(crate) mod nats;
mod postgres;
pub(crate) mod receiver;

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::process::{Child, ChildStdin, Command, ExitCode, Stdio};

use fabench_harness::protocol::WORKER_FD;
use fabench_harness::{Failure, die_with_parent};

/// A service that runs; ends with this value.
#[derive(Debug)]
pub(crate) struct Service {
    child: Child,
    /// Closing it asks the process to end.
    stdin: Option<ChildStdin>,
    /// Where it is, as it said.
    pub(crate) place: String,
}

impl Service {
    /// Starts this executable with `argument` and waits until it has said where it is.
    pub(crate) fn start(argument: &str) -> Result<Self, Failure> {
        Self::start_with(argument, None)
    }

    /// [`Service::start`] with a variable in the environment of the service.
    pub(crate) fn start_with(
        argument: &str,
        variable: Option<(&str, &str)>,
    ) -> Result<Self, Failure> {
        let mut child = Command::new(std::env::current_exe()?)
            .arg(argument)
            .envs(variable)
            .env_remove(WORKER_FD)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let stdin = child.stdin.take();
        let output = child.stdout.take().ok_or("the service has no output")?;
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line)?;
        let place = line.trim().to_owned();
        let service = Self {
            child,
            stdin,
            place,
        };
        if service.place.is_empty() {
            return Err(Failure::new(format!(
                "`{argument}` did not start; see standard error"
            )));
        }
        Ok(service)
    }
}

impl Service {
    /// The process id.
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        drop(self.stdin.take());
        // It has nothing to save; the wait only takes its exit status from the system.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Runs the service that the arguments ask for until it is told to end; `None` if they ask for none.
pub fn serve_if_asked() -> Option<ExitCode> {
    let mut arguments = std::env::args().skip(1);
    let (Some(argument), None) = (arguments.next(), arguments.next()) else {
        return None;
    };
    let serve: fn() -> Result<(), Failure> = match argument.as_str() {
        gateway::ARGUMENT => gateway::serve,
        postgres::ARGUMENT => postgres::serve,
        receiver::ARGUMENT => receiver::serve,
        _ => return None,
    };
    let served = die_with_parent()
        .map_err(Failure::from)
        .and_then(|()| serve());
    Some(match served {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            let _ = writeln!(std::io::stderr(), "error: {failure}");
            ExitCode::FAILURE
        }
    })
}

/// Tells the parent where the service is. A parent that is gone ends the service anyway.
fn say(place: &str) {
    let mut out = std::io::stdout();
    let _ = writeln!(out, "{place}").and_then(|()| out.flush());
}

/// Returns when the parent closes standard input.
fn wait_for_the_end() {
    let _ = std::io::stdin().read_to_end(&mut Vec::new());
}
