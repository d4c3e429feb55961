//! One child process and its three streams: lines in and out with time limits, output captured in bounds.
//!
//! Invariant: when a conversation ends or is dropped, the child and the processes that it has started are gone.

use std::io::{self, Read, Write};
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::process::{Child, ChildStderr, ChildStdout, ExitStatus, Stdio};
use std::time::Duration;

use command_fds::{CommandFdExt, FdMapping};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process_group, waitid};

use super::cancel::Cancel;
use super::directory::Directory;
use super::error::Problem;
use super::executable::Executable;
use super::memory_guard::MemoryGuard;
use super::tail::Tail;
use crate::clock::Instant;
use crate::protocol::{LineBuffer, WORKER_FD};
use crate::secrets::Told;
use crate::stragglers;

/// Number of the channel's descriptor in the child.
const CHILD_FD: i32 = 3;
/// How often cancellation and the child's end are looked for while nothing arrives.
const TICK: Duration = Duration::from_millis(50);

#[derive(Debug)]
pub(super) struct Conversation {
    child: Child,
    group: Option<Pid>,
    mark: String,
    /// What is kept out of all that the child says.
    told: Told,
    channel: UnixStream,
    stdout: Option<ChildStdout>,
    stderr: Option<ChildStderr>,
    lines: LineBuffer,
    stdout_tail: Tail,
    stderr_tail: Tail,
    status: Option<ExitStatus>,
    /// Whether nobody waits for lines any more.
    ending: bool,
    /// Where the child keeps temporary files; removed with everything in it, however the child ends.
    _directory: Directory,
    chunk: Box<[u8]>,
    memory: MemoryGuard,
}

/// What one look at the streams brought.
#[derive(Default)]
struct Arrived {
    anything: bool,
    channel_closed: bool,
}

impl Conversation {
    pub(super) fn begin(executable: &Executable, memory_bytes: u64) -> Result<Self, Problem> {
        let (ours, theirs) = UnixStream::pair().map_err(Problem::Channel)?;
        let mark = stragglers::mark();
        let directory = Directory::new().map_err(Problem::Directory)?;
        let mut command = executable.command();
        command
            .env(WORKER_FD, CHILD_FD.to_string())
            .env(stragglers::LAUNCH, &mark)
            .env("TMPDIR", directory.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .fd_mappings(vec![FdMapping {
                parent_fd: theirs.into(),
                child_fd: CHILD_FD,
            }])
            .map_err(|error| Problem::Start(io::Error::other(error)))?;
        let mut child = command.spawn().map_err(Problem::Start)?;
        // Should the machine run out of memory before the limit is noticed, the launch goes and not the tool.
        let _ = std::fs::write(format!("/proc/{}/oom_score_adj", child.id()), "1000");
        Ok(Self {
            group: Pid::from_raw(child.id().cast_signed()),
            mark,
            told: executable.told().clone(),
            stdout: child.stdout.take(),
            stderr: child.stderr.take(),
            child,
            channel: ours,
            lines: LineBuffer::default(),
            stdout_tail: Tail::default(),
            stderr_tail: Tail::default(),
            status: None,
            ending: false,
            _directory: directory,
            chunk: vec![0; 64 * 1024].into(),
            memory: MemoryGuard::new(memory_bytes),
        })
    }

    /// Sends one line. A child that has gone is noticed when its answer is waited for.
    pub(super) fn send(&mut self, line: &[u8]) -> Result<(), Problem> {
        match self.channel.write_all(line) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            other => other.map_err(Problem::Channel),
        }
    }

    /// Waits for a line.
    pub(super) fn receive(&mut self, limit: Duration, cancel: &Cancel) -> Result<Vec<u8>, Problem> {
        let deadline = Instant::now() + limit;
        loop {
            if let Some(line) = self.lines.next_line()? {
                return Ok(self.told.hide_in_message(line));
            }
            if cancel.is_cancelled() {
                return Err(Problem::Interrupted);
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(Problem::TimedOut { limit });
            }
            if let Some(held) = self.held_too_much() {
                let limit = self.memory.limit();
                return Err(Problem::TooMuchMemory { held, limit });
            }
            // The child is looked at before the streams: what it wrote before it ended is then still read.
            let ended = self.has_ended();
            let arrived = self
                .look(if ended {
                    Duration::ZERO
                } else {
                    left.min(TICK)
                })
                .map_err(Problem::Channel)?;
            if arrived.channel_closed || (ended && !arrived.anything) {
                self.end(Duration::from_secs(1));
                return Err(Problem::Ended {
                    status: self.status,
                });
            }
        }
    }

    /// Gives the child time to end by itself, then ends its process group and collects the rest of its output.
    pub(super) fn end(&mut self, patience: Duration) {
        self.ending = true;
        let deadline = Instant::now() + patience;
        while !self.has_ended() {
            let left = deadline.saturating_duration_since(Instant::now());
            // Ended anyway, and its last word was said.
            let too_much = self.held_too_much().is_some();
            if too_much || left.is_zero() || self.look(left.min(Duration::from_millis(2))).is_err()
            {
                break;
            }
        }
        self.kill();
        // Bounded: a process that left the group may hold the streams open and go on writing.
        for _ in 0..64 {
            if !self
                .look(Duration::ZERO)
                .is_ok_and(|arrived| arrived.anything)
            {
                break;
            }
        }
    }

    /// The last lines of standard error, or of standard output if there were none.
    pub(super) fn output_tail(&self) -> String {
        let errors = self.stderr_tail.text();
        let said = if errors.is_empty() {
            self.stdout_tail.text()
        } else {
            errors
        };
        self.without_secrets(&said)
    }

    /// What the child says in words, without what it was told.
    pub(super) fn without_secrets(&self, said: &str) -> String {
        self.told.hide(said)
    }

    /// Ends the process group and who has left it. The child is reaped last, so that its number can't name another group before.
    fn kill(&mut self) {
        let Some(group) = self.group.take() else {
            return;
        };
        // It fails when everybody has gone already.
        let _ = kill_process_group(group, Signal::KILL);
        self.status = self.child.wait().ok();
        stragglers::end(&self.mark);
    }

    /// What the launch holds, where that is above the limit.
    fn held_too_much(&mut self) -> Option<u64> {
        let process = self.group?.as_raw_nonzero().get();
        self.memory.exceeded(process, &self.mark)
    }

    /// Whether the child has ended, without reaping it.
    fn has_ended(&self) -> bool {
        let Some(pid) = self.group else { return true };
        let options = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
        !matches!(waitid(WaitId::Pid(pid), options), Ok(None))
    }

    /// Waits for bytes on any stream and takes what is there.
    fn look(&mut self, wait: Duration) -> io::Result<Arrived> {
        let streams = [
            Some(self.channel.as_fd()),
            self.stdout.as_ref().map(AsFd::as_fd),
            self.stderr.as_ref().map(AsFd::as_fd),
        ];
        let open: Vec<usize> = (0..streams.len())
            .filter(|at| streams[*at].is_some())
            .collect();
        let mut polled: Vec<_> = streams
            .iter()
            .flatten()
            .map(|fd| PollFd::from_borrowed_fd(*fd, PollFlags::IN))
            .collect();
        let timeout = Timespec::try_from(wait).map_err(io::Error::other)?;
        match poll(&mut polled, Some(&timeout)) {
            Ok(0) | Err(rustix::io::Errno::INTR) => return Ok(Arrived::default()),
            Ok(_) => {}
            Err(error) => return Err(error.into()),
        }
        let ready: Vec<usize> = open
            .into_iter()
            .zip(&polled)
            .filter(|(_, polled)| !polled.revents().is_empty())
            .map(|(at, _)| at)
            .collect();
        let mut arrived = Arrived::default();
        for at in ready {
            let count = match at {
                0 => self.channel.read(&mut self.chunk),
                1 => self
                    .stdout
                    .as_mut()
                    .map_or(Ok(0), |stream| stream.read(&mut self.chunk)),
                _ => self
                    .stderr
                    .as_mut()
                    .map_or(Ok(0), |stream| stream.read(&mut self.chunk)),
            };
            // A stream that breaks has ended.
            let bytes = &self.chunk[..count.unwrap_or(0)];
            arrived.anything |= !bytes.is_empty();
            match at {
                0 if bytes.is_empty() => arrived.channel_closed = true,
                // What comes after the last word is nobody's business, and may be without end.
                0 if self.ending => {}
                0 => self.lines.extend(bytes),
                1 if bytes.is_empty() => self.stdout = None,
                1 => self.stdout_tail.extend(bytes),
                _ if bytes.is_empty() => self.stderr = None,
                _ => self.stderr_tail.extend(bytes),
            }
        }
        Ok(arrived)
    }
}

impl Drop for Conversation {
    fn drop(&mut self) {
        self.kill();
    }
}
