//! The worker's life: hello, perhaps a list, one run of the command, end.

use fabench_record::{Metric, Profile, ProfileKind, Round, Warmup};

use super::process::{self, Completed};
use super::profile::Sampling;
use super::report::{self, Report};
use super::{CommandSuite, Yields};
use crate::failure::Failure;
use crate::protocol::{Command, Declaration, Done, Hello, PROTOCOL_VERSION, Ready, Reply, Start};
use crate::secrets;
use crate::worker::{Link, from_environment, watch};

pub(super) fn serve(suite: &CommandSuite) -> Result<(), Failure> {
    let Some(stream) = from_environment()? else {
        return Err(Failure::new("this process was not started by fabench"));
    };
    let commands = watch(stream.try_clone()?)?;
    let mut link = Link::new(commands, Box::new(stream));
    link.send(&Reply::Hello(hello(suite)))?;
    let mut launch = None;
    loop {
        let reply = match link.next() {
            None => return Ok(()),
            Some(Err(problem)) => Err(Failure::new(problem)),
            Some(Ok(command)) => answer(suite, &mut launch, command),
        };
        match reply {
            Ok(reply) => {
                let last = matches!(reply, Reply::Done(_));
                link.send(&reply)?;
                if last {
                    return Ok(());
                }
            }
            Err(failure) => {
                let message = failure.message().to_owned();
                link.send(&Reply::Failed { message })?;
                return Ok(());
            }
        }
    }
}

/// One launch: what was asked for, and what its run brought.
struct Launch {
    start: Start,
    measured: Option<Measured>,
    profile: Option<Result<Profile, String>>,
}

enum Measured {
    Cost(Completed),
    Report(Report),
}

fn answer(
    suite: &CommandSuite,
    launch: &mut Option<Launch>,
    command: Command,
) -> Result<Reply, Failure> {
    match (command, launch) {
        (Command::List, _) => Ok(Reply::Benchmarks {
            benchmarks: declarations(suite)?,
        }),
        (Command::Start(start), launch) => {
            if start.sampling.extra_work_permille > 0 {
                return Err(Failure::new(
                    "a command can't do a part of its work again; use a suite executable, or --builtin",
                ));
            }
            let ready = Ready {
                benchmark: start.benchmark.clone(),
                iterations: 1,
                subsamples: 1,
                warmup: Warmup::default(),
                most_rounds: Some(1),
            };
            *launch = Some(Launch {
                start,
                measured: None,
                profile: None,
            });
            Ok(Reply::Ready(ready))
        }
        (Command::Round, Some(launch)) => {
            let kind = launch.start.profile;
            let sampling = kind.map(|kind| Sampling::with(suite, kind, &launch.start.benchmark));
            let profiler = sampling
                .as_ref()
                .and_then(|sampling| sampling.as_ref().ok());
            let measured = measure(suite, &launch.start, profiler)?;
            launch.profile = sampling.map(|sampling| sampling?.read());
            let completed = match &measured {
                Measured::Cost(completed) => completed,
                Measured::Report(report) => &report.completed,
            };
            let round = Round {
                iterations: 1,
                wall_ns: vec![completed.wall_ns],
                cpu_ns: vec![completed.cpu_ns],
            };
            launch.measured = Some(measured);
            Ok(Reply::Round {
                benchmark: launch.start.benchmark.clone(),
                round,
            })
        }
        (Command::Finish, Some(launch)) => done(launch).map(|done| {
            Reply::Done(Done {
                profile: launch.profile.take(),
                ..done
            })
        }),
        (other, None) => Err(Failure::new(format!(
            "the tool sent {other:?} before a start"
        ))),
    }
}

fn hello(suite: &CommandSuite) -> Hello {
    Hello {
        protocol: PROTOCOL_VERSION,
        suite: suite.name.clone(),
        version: String::new(),
        toolchain: "a command".into(),
        allocator: "its own".into(),
        counts_allocations: false,
        // Whether the programs for it are there is told when one is asked for.
        profiles: ProfileKind::ALL.to_vec(),
    }
}

/// What a command reports is known only when it has run; that run also fills its caches.
fn declarations(suite: &CommandSuite) -> Result<Vec<Declaration>, Failure> {
    match &suite.yields {
        Yields::Cost(commands) => Ok(commands
            .iter()
            .map(|(id, command)| Declaration {
                id: id.clone(),
                description: secrets::hidden(&command.join(" "))
                    .escape_debug()
                    .to_string(),
                parameters: [].into(),
                single_threaded: false,
                primary: "wall_time".into(),
                metrics: vec![Metric::wall_time(), Metric::cpu_time(), Metric::peak_rss()],
            })
            .collect()),
        Yields::Report {
            command,
            format,
            output,
        } => Ok(report::run(suite, command, format, output.as_deref())?.declarations()),
    }
}

/// Runs the command, below the profiler where there is one.
fn measure(
    suite: &CommandSuite,
    start: &Start,
    profiler: Option<&Sampling>,
) -> Result<Measured, Failure> {
    match &suite.yields {
        Yields::Cost(commands) => {
            let command = commands.get(&start.benchmark).ok_or_else(|| {
                Failure::new(format!("there is no command `{}`", start.benchmark))
            })?;
            let command = below(profiler, command);
            process::run(suite, &command, None).map(Measured::Cost)
        }
        Yields::Report {
            command,
            format,
            output,
        } => {
            let command = below(profiler, command);
            report::run(suite, &command, format, output.as_deref()).map(Measured::Report)
        }
    }
}

fn below(profiler: Option<&Sampling>, command: &[String]) -> Vec<String> {
    profiler.map_or_else(|| command.to_vec(), |profiler| profiler.around(command))
}

fn done(launch: &Launch) -> Result<Done, Failure> {
    let benchmark = launch.start.benchmark.clone();
    match &launch.measured {
        Some(Measured::Report(report)) => report.done(&benchmark),
        Some(Measured::Cost(completed)) => Ok(Done {
            benchmark,
            values: [].into(),
            allocated: None,
            peak_rss_bytes: Some(completed.peak_rss_bytes),
            also: Vec::new(),
            profile: None,
        }),
        None => Err(Failure::new("the tool asked for the end before a round")),
    }
}
