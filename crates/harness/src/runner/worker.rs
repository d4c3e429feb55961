//! A handle on one suite process that measures one benchmark, round by round.

use std::time::Duration;

use fabench_record::{BenchmarkId, Round};
use serde::Deserialize;

use super::cancel::Cancel;
use super::conversation::Conversation;
use super::error::{Phase, Problem, WorkerError};
use super::executable::Executable;
use super::plan::Limits;
use super::printable::printable;
use super::verify;
use crate::protocol::{Command, Declaration, Done, Hello, PROTOCOL_VERSION, Ready, Reply, Start};

/// How long a worker may take to end by itself after its last word.
const FAREWELL: Duration = Duration::from_secs(2);

/// One suite process. Dropping it ends the process and everything that it has started.
#[derive(Debug)]
pub struct Worker {
    executable: Executable,
    conversation: Conversation,
    limits: Limits,
    cancel: Cancel,
    hello: Hello,
    started: Option<(Start, Ready)>,
}

/// What an executable offers.
#[derive(Clone, Debug, PartialEq)]
pub struct Offer {
    /// Who it is.
    pub hello: Hello,
    /// Its benchmarks.
    pub benchmarks: Vec<Declaration>,
}

/// Starts `executable`, asks what it offers, and ends it.
///
/// # Errors
/// When it is no suite or breaks the protocol.
pub fn offer(
    executable: &Executable,
    limits: Limits,
    cancel: &Cancel,
) -> Result<Offer, WorkerError> {
    let mut worker = Worker::spawn(executable, limits, cancel)?;
    let benchmarks = worker.list()?;
    Ok(Offer {
        hello: worker.hello().clone(),
        benchmarks,
    })
}

impl Worker {
    /// Starts a process and waits until it has said hello.
    ///
    /// # Errors
    /// When it cannot be started, is no suite, or was built for another protocol.
    pub fn spawn(
        executable: &Executable,
        limits: Limits,
        cancel: &Cancel,
    ) -> Result<Self, WorkerError> {
        let fail = |problem, output_tail| WorkerError {
            executable: executable.path().to_owned(),
            benchmark: None,
            phase: Phase::Starting,
            problem,
            output_tail,
        };
        let mut conversation = Conversation::begin(executable, limits.memory_bytes)
            .map_err(|problem| fail(problem, String::new()))?;
        let hello = conversation
            .receive(limits.start, cancel)
            .and_then(|line| read_hello(&line))
            .map_err(|problem| match problem {
                Problem::Ended { status } => Problem::NotASuite { status },
                other => other,
            });
        match hello {
            Ok(hello) => Ok(Self {
                executable: executable.clone(),
                conversation,
                limits,
                cancel: cancel.clone(),
                hello,
                started: None,
            }),
            Err(problem) => {
                conversation.end(Duration::ZERO);
                Err(fail(problem, conversation.output_tail()))
            }
        }
    }

    /// Who the process is.
    pub fn hello(&self) -> &Hello {
        &self.hello
    }

    /// The benchmarks that the suite offers.
    ///
    /// # Errors
    /// No answer in time, a broken protocol, or declarations that contradict themselves.
    pub fn list(&mut self) -> Result<Vec<Declaration>, WorkerError> {
        let answer = self.ask(&Command::List).and_then(|reply| match reply {
            Reply::Benchmarks { benchmarks } => {
                verify::declarations(&benchmarks).map(|()| benchmarks)
            }
            other => Err(unexpected(&other)),
        });
        self.located(Phase::Listing, None, answer)
    }

    /// Sets one benchmark up and warms it up; once per process.
    ///
    /// # Errors
    /// No answer in time, a broken protocol, or a failed benchmark.
    pub fn start(&mut self, start: Start) -> Result<Ready, WorkerError> {
        let benchmark = start.benchmark.clone();
        let answer = self
            .ask(&Command::Start(start.clone()))
            .and_then(|reply| match reply {
                Reply::Ready(ready) => verify::ready(&start, &ready).map(|()| ready),
                other => Err(unexpected(&other)),
            });
        let ready = self.located(Phase::WarmingUp, Some(&benchmark), answer)?;
        self.started = Some((start, ready.clone()));
        Ok(ready)
    }

    /// Measures one round.
    ///
    /// # Errors
    /// As [`Self::start`], and when the worker was not started.
    pub fn round(&mut self) -> Result<Round, WorkerError> {
        let started = self.started.clone();
        let Some((start, ready)) = started else {
            return self.located(Phase::Measuring, None, Err(not_started()));
        };
        let answer = self.ask(&Command::Round).and_then(|reply| match reply {
            Reply::Round { benchmark, round } => {
                verify::same_benchmark(&start.benchmark, &benchmark)?;
                verify::round(&ready, &round).map(|()| round)
            }
            other => Err(unexpected(&other)),
        });
        self.located(Phase::Measuring, Some(&start.benchmark), answer)
    }

    /// Ends measuring: the benchmark verifies its work, the process ends, and what it left is cleared away.
    ///
    /// # Errors
    /// As [`Self::round`].
    pub fn finish(mut self, declaration: &Declaration) -> Result<Done, WorkerError> {
        let Some((start, _)) = self.started.clone() else {
            return self.located(Phase::Verifying, None, Err(not_started()));
        };
        let answer = self.ask(&Command::Finish).and_then(|reply| match reply {
            Reply::Done(done) => verify::done(declaration, &start, &done).map(|()| done),
            other => Err(unexpected(&other)),
        });
        let done = self.located(Phase::Verifying, Some(&start.benchmark), answer)?;
        self.conversation.end(FAREWELL);
        Ok(done)
    }

    fn ask(&mut self, command: &Command) -> Result<Reply, Problem> {
        let mut line =
            serde_json::to_vec(command).map_err(|error| Problem::Channel(error.into()))?;
        line.push(b'\n');
        self.conversation.send(&line)?;
        let answer = self.conversation.receive(self.limits.reply, &self.cancel)?;
        match serde_json::from_slice(&answer) {
            Ok(Reply::Failed { message }) => {
                let message = self.conversation.without_secrets(&message);
                Err(Problem::Failed(printable(&message)))
            }
            Ok(reply) => Ok(reply),
            Err(_) => Err(garbage(&answer)),
        }
    }

    /// Adds place and output to a problem. A worker that failed once is of no more use, so it is ended here.
    fn located<T>(
        &mut self,
        phase: Phase,
        benchmark: Option<&BenchmarkId>,
        answer: Result<T, Problem>,
    ) -> Result<T, WorkerError> {
        answer.map_err(|problem| {
            let patience = match problem {
                Problem::Failed(_) => FAREWELL,
                _ => Duration::ZERO,
            };
            self.conversation.end(patience);
            WorkerError {
                executable: self.executable.path().to_owned(),
                benchmark: benchmark.cloned(),
                phase,
                problem,
                output_tail: self.conversation.output_tail(),
            }
        })
    }
}

/// Reads the version before anything else: another version may have another shape.
fn read_hello(line: &[u8]) -> Result<Hello, Problem> {
    #[derive(Deserialize)]
    struct Version {
        reply: String,
        protocol: u64,
    }
    let version: Version = serde_json::from_slice(line).map_err(|_| garbage(line))?;
    if version.reply != "hello" {
        return Err(Problem::Broken(format!(
            "its first word was `{}`",
            printable(&version.reply)
        )));
    }
    if version.protocol != u64::from(PROTOCOL_VERSION) {
        return Err(Problem::OtherProtocol {
            found: version.protocol,
            known: PROTOCOL_VERSION,
        });
    }
    match serde_json::from_slice(line) {
        Ok(Reply::Hello(hello)) => verify::hello(&hello).map(|()| hello),
        _ => Err(garbage(line)),
    }
}

fn garbage(line: &[u8]) -> Problem {
    let text = String::from_utf8_lossy(&line[..line.len().min(400)]);
    Problem::Garbage {
        excerpt: text.chars().take(80).flat_map(char::escape_debug).collect(),
    }
}

fn unexpected(reply: &Reply) -> Problem {
    let kind = match reply {
        Reply::Hello(_) => "hello",
        Reply::Benchmarks { .. } => "benchmarks",
        Reply::Ready(_) => "ready",
        Reply::Round { .. } => "round",
        Reply::Done(_) => "done",
        Reply::Failed { .. } => "failed",
    };
    Problem::Broken(format!("it answered `{kind}` to another question"))
}

fn not_started() -> Problem {
    Problem::Broken("a round was asked for before the start".into())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const HELLO: &[u8] = br#"{"reply":"hello","protocol":1,"suite":"s","version":"1","toolchain":"t","allocator":"a","counts_allocations":false}"#;

    proptest! {
        /// A damaged greeting is refused, or is a greeting of the known version.
        #[test]
        fn damaged_greetings_never_pass_for_another_version(at in 0..HELLO.len(), byte in any::<u8>(), cut in 0..=HELLO.len()) {
            let mut line = HELLO.to_vec();
            line[at] = byte;
            line.truncate(cut);
            match read_hello(&line) {
                Ok(hello) => prop_assert_eq!(hello.protocol, PROTOCOL_VERSION),
                Err(problem) => prop_assert!(!problem.to_string().is_empty()),
            }
        }

        #[test]
        fn arbitrary_lines_are_refused_in_a_short_printable_text(line in prop::collection::vec(any::<u8>(), 0..2_000)) {
            let text = read_hello(&line).unwrap_err().to_string();
            prop_assert!(text.len() < 1_200 && !text.chars().any(char::is_control), "{}", text);
        }
    }

    #[test]
    fn the_greeting_itself_is_read() {
        assert_eq!(read_hello(HELLO).unwrap().suite, "s");
    }
}
