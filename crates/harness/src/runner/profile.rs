//! One launch that is profiled: a process of its own, whose times nobody uses.

use std::time::Duration;

use fabench_record::{LaunchKind, Profile, ProfileKind};

use super::cancel::Cancel;
use super::error::WorkerError;
use super::executable::Executable;
use super::plan::Limits;
use super::worker::Worker;
use crate::clock::Instant;
use crate::protocol::{Declaration, Sampling, Start};

/// Rounds of a memory profile: enough to tell growth from its noise.
const MEMORY_ROUNDS: usize = 24;
/// A benchmark that mostly waits uses little CPU time: it gets so many times the wall time.
const PATIENCE: u32 = 3;

/// What to profile, and for how long.
#[derive(Clone, Debug)]
pub struct ProfileOrder<'a> {
    /// The suite.
    pub executable: &'a Executable,
    /// Its benchmark.
    pub declaration: &'a Declaration,
    /// CPU or memory.
    pub kind: ProfileKind,
    /// CPU time to sample; a memory profile ends earlier when it has seen enough rounds.
    pub time: Duration,
    /// Limits of the suite's answers.
    pub limits: Limits,
}

/// Starts the suite once more and profiles the benchmark.
///
/// The inner error says why this executable or this system can't be profiled; nothing is wrong with the suite then.
///
/// # Errors
/// A suite that breaks down, or the interrupt.
pub fn take_profile(
    order: &ProfileOrder<'_>,
    cancel: &Cancel,
) -> Result<Result<Profile, String>, WorkerError> {
    let mut worker = Worker::spawn(order.executable, order.limits, cancel)?;
    if !worker.hello().profiles.contains(&order.kind) {
        let kind = order.kind;
        let able = !worker.hello().profiles.is_empty();
        return Ok(Err(match kind {
            ProfileKind::Memory if able => {
                "its suite does not install `fabench_harness::alloc::Counting` as the global allocator".into()
            }
            _ => format!(
                "its suite was built with a harness that takes no {} profiles; build it again",
                kind.name()
            ),
        }));
    }
    let ready = worker.start(Start {
        benchmark: order.declaration.id.clone(),
        mode: match order.kind {
            ProfileKind::Cpu => LaunchKind::Timed,
            ProfileKind::Memory => LaunchKind::Counting,
        },
        sampling: Sampling::default(),
        core: None,
        profile: Some(order.kind),
    })?;
    let begin = Instant::now();
    let mut cpu = Duration::ZERO;
    let mut rounds = 0;
    loop {
        let round = worker.round()?;
        rounds += 1;
        cpu += Duration::from_nanos(round.cpu_ns.iter().sum());
        let all = ready
            .most_rounds
            .is_some_and(|most| rounds >= most as usize);
        let enough = match order.kind {
            ProfileKind::Cpu => cpu >= order.time,
            ProfileKind::Memory => rounds >= MEMORY_ROUNDS,
        };
        if enough || all || begin.elapsed() >= order.time * PATIENCE {
            break;
        }
    }
    let done = worker.finish(order.declaration)?;
    let nothing = || Err("its suite sent no profile; build it again".to_owned());
    Ok(done.profile.unwrap_or_else(nothing))
}
