//! One benchmark being measured: warm-up, then rounds as the tool asks for them.

use fabench_record::{
    AllocationCount, LaunchKind, MetricSource, Profile, ProfileKind, Round, Warmup,
};

use super::calibration::{self, Batch, ExtraWork};
use super::counting;
use super::link::Link;
use super::profiling::{CpuProfiling, HeapProfiling};
use super::warmup::Steadiness;
use crate::alloc::Listening;
use crate::bencher::{Phase, Reporter};
use crate::clock::{Precision, Stopwatch, Timed, wall_ns};
use crate::failure::Failure;
use crate::profile::heap::{self, AtWork};
use crate::protocol::{Command, Declaration, Done, Ready, Reply, Start};

/// Time beyond four bounds of the warm-up in which batches may grow until they can be timed.
const GROWING_NS: u64 = 50_000_000;

/// The work: does the given number of iterations and says what they took.
pub(crate) type Routine<'a> = dyn FnMut(u64) -> Result<Timed, Failure> + 'a;

/// How many iterations a batch of the work may have.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shape {
    most: u64,
    exactly: Option<u64>,
}

impl Shape {
    /// Any number.
    pub(crate) fn any() -> Self {
        Self::at_most(1 << 40)
    }

    /// At most so many.
    pub(crate) fn at_most(most: u64) -> Self {
        Self {
            most,
            exactly: None,
        }
    }

    /// Always so many: work with a schedule of its own.
    pub(crate) fn exactly(iterations: u64) -> Self {
        Self {
            most: iterations,
            exactly: Some(iterations),
        }
    }
}

#[derive(Debug)]
pub(crate) struct Session {
    link: Link,
    start: Start,
    reporter: Reporter,
    driven: bool,
    failure: Option<Failure>,
    allocated: AllocationCount,
    precision: Precision,
    /// Whether CPU time is judged: it then also decides when times are steady and how large batches are,
    /// because preemption does not inflate it.
    judged_by_cpu: bool,
    profile: Option<Result<Profile, String>>,
}

/// The measured times of a round, allocated once per launch.
struct Buffers {
    wall_ns: Vec<u64>,
    cpu_ns: Vec<u64>,
}

impl Session {
    pub(crate) fn new(link: Link, start: Start, declaration: &Declaration) -> Self {
        Self {
            link,
            start,
            reporter: Reporter::new(&declaration.metrics),
            driven: false,
            failure: None,
            allocated: AllocationCount::default(),
            precision: Precision::measure(),
            judged_by_cpu: declaration.metrics.iter().any(|metric| {
                metric.name == declaration.primary && metric.source == MetricSource::CpuTime
            }),
            profile: None,
        }
    }

    /// Whether times are measured or allocations counted.
    pub(crate) fn mode(&self) -> LaunchKind {
        self.start.mode
    }

    /// Whether the tool wants latency probes.
    pub(crate) fn probes(&self) -> bool {
        self.start.sampling.probe
    }

    pub(crate) fn reporter(&self) -> Reporter {
        self.reporter.clone()
    }

    /// Keeps the failure of a measuring call that cannot return it.
    pub(crate) fn keep(&mut self, outcome: Result<(), Failure>) {
        if let Err(failure) = outcome {
            self.failure.get_or_insert(failure);
        }
    }

    /// Warms up, then measures rounds until the tool has enough.
    pub(crate) fn drive(&mut self, shape: Shape, routine: &mut Routine<'_>) -> Result<(), Failure> {
        if std::mem::replace(&mut self.driven, true) {
            return Err(Failure::new(
                "it measures twice; one benchmark measures one thing: make it two benchmarks",
            ));
        }
        let outcome = match self.start.mode {
            LaunchKind::Timed => self.drive_timed(shape, routine),
            LaunchKind::Counting => {
                let _listening = Listening::start();
                self.drive_counting(shape, routine)
            }
        };
        self.reporter.lock().enter(Phase::Measured);
        self.keep(outcome.clone());
        outcome
    }

    fn drive_timed(&mut self, shape: Shape, routine: &mut Routine<'_>) -> Result<(), Failure> {
        self.reporter.lock().enter(Phase::Warmup);
        let (warmup, batch) = self.warm_up(shape, routine)?;
        self.reporter.lock().enter(Phase::Measured);
        let mut buffers = Buffers {
            wall_ns: Vec::with_capacity(batch.subsamples as usize),
            cpu_ns: Vec::with_capacity(batch.subsamples as usize),
        };
        self.ready(warmup, batch)?;
        let mut profiling = self.profiles(ProfileKind::Cpu).then(CpuProfiling::start);
        while self.round_is_wanted()? {
            let round = self.round(batch, &mut buffers, routine)?;
            if let Some(profiling) = &mut profiling {
                profiling.add(&round);
            }
            self.send(&Reply::Round {
                benchmark: self.start.benchmark.clone(),
                round,
            })?;
        }
        self.profile = profiling.map(CpuProfiling::finish);
        Ok(())
    }

    fn drive_counting(&mut self, shape: Shape, routine: &mut Routine<'_>) -> Result<(), Failure> {
        self.reporter.lock().enter(Phase::Warmup);
        let sizing = shape
            .exactly
            .map_or(1, |iterations| (iterations / 10).max(1));
        let mut warmup = Warmup::default();
        let mut fastest = u64::MAX;
        let mut slow_first = None;
        let mut bytes_each = 0;
        for _ in 0..counting::SIZING_RUNS {
            let timed = self.run(sizing, routine)?;
            warmup.iterations += sizing;
            warmup.wall_ns += timed.wall_ns;
            fastest = fastest.min(timed.wall_ns);
            bytes_each = timed.allocated.unwrap_or_default().bytes / sizing;
            if timed.wall_ns >= counting::SLOW_NS {
                slow_first = shape.exactly.is_none().then_some(timed);
                break;
            }
        }
        let fixed = shape.exactly.or(self.start.sampling.iterations);
        let batch = counting::batch(fastest, shape.most, fixed);
        self.reporter.lock().enter(Phase::Measured);
        self.ready(warmup, batch)?;
        let mut profiling = self
            .profiles(ProfileKind::Memory)
            .then(|| HeapProfiling::start(batch.iterations, bytes_each));
        while self.round_is_wanted()? {
            // So long an iteration is not done again: what it sets up lazily is a small share of it.
            let timed = match slow_first.take() {
                Some(timed) if batch.iterations == 1 && profiling.is_none() => timed,
                _ => self.run(batch.iterations, routine)?,
            };
            counting::add(
                &mut self.allocated,
                batch.iterations,
                timed.allocated.unwrap_or_default(),
            );
            if let Some(profiling) = &mut profiling {
                profiling.end_round();
            }
            let round = Round {
                iterations: batch.iterations,
                wall_ns: vec![timed.wall_ns],
                cpu_ns: vec![timed.cpu_ns.unwrap_or_default()],
            };
            self.send(&Reply::Round {
                benchmark: self.start.benchmark.clone(),
                round,
            })?;
        }
        self.profile = profiling.map(|profiling| Ok(profiling.finish()));
        Ok(())
    }

    fn profiles(&self, kind: ProfileKind) -> bool {
        self.start.profile == Some(kind)
    }

    fn warm_up(&self, shape: Shape, routine: &mut Routine<'_>) -> Result<(Warmup, Batch), Failure> {
        let sampling = &self.start.sampling;
        let begin = wall_ns();
        if let Some(iterations) = shape.exactly {
            // A tenth of the schedule opens connections and fills caches.
            let some = (iterations / 10).max(1);
            self.run(some, routine)?;
            let wall_ns = wall_ns() - begin;
            let warmup = Warmup {
                iterations: some,
                wall_ns,
                steady: false,
            };
            return Ok((
                warmup,
                Batch {
                    iterations,
                    subsamples: 1,
                },
            ));
        }
        let target_ns = calibration::target_ns(sampling, self.precision);
        let mut steadiness = Steadiness::default();
        let mut size = sampling.iterations.unwrap_or(1).clamp(1, shape.most);
        let mut done = 0;
        loop {
            let timed = self.run(size, routine)?;
            done += size;
            let took = self.telling_ns(timed);
            if took * 2 >= target_ns || size == shape.most || sampling.iterations.is_some() {
                steadiness.push(took as f64 / size as f64);
            }
            let elapsed = wall_ns() - begin;
            // Batches that are too short yet tell little and cost little: they go on a while beyond the bound.
            let patience_ns = match steadiness.fastest() {
                Some(_) => sampling.warmup_ns,
                None => sampling
                    .warmup_ns
                    .saturating_mul(4)
                    .saturating_add(GROWING_NS),
            };
            if steadiness.steady() || elapsed >= patience_ns {
                let fastest = steadiness.fastest().unwrap_or(took as f64 / size as f64);
                if fastest <= 0.0 {
                    return Err(Failure::new(
                        "it took no time at all; return the time that the iterations really took",
                    ));
                }
                let warmup = Warmup {
                    iterations: done,
                    wall_ns: elapsed,
                    steady: steadiness.steady(),
                };
                return Ok((
                    warmup,
                    calibration::batch(fastest, target_ns, shape.most, sampling),
                ));
            }
            if took < target_ns && sampling.iterations.is_none() {
                size = calibration::grow(size, took, target_ns, shape.most);
            }
        }
    }

    /// The time of a batch that warm-up goes by; never more than the wall time, on which sub-samples are sized.
    fn telling_ns(&self, timed: Timed) -> u64 {
        match timed.cpu_ns {
            Some(cpu_ns @ 1..) if self.judged_by_cpu => cpu_ns.min(timed.wall_ns),
            _ => timed.wall_ns,
        }
    }

    fn round(
        &self,
        batch: Batch,
        buffers: &mut Buffers,
        routine: &mut Routine<'_>,
    ) -> Result<Round, Failure> {
        buffers.wall_ns.clear();
        buffers.cpu_ns.clear();
        for _ in 0..batch.subsamples {
            let timed = self.run(batch.iterations, routine)?;
            buffers.wall_ns.push(timed.wall_ns);
            buffers.cpu_ns.push(timed.cpu_ns.unwrap_or_default());
        }
        Ok(Round {
            iterations: batch.iterations,
            wall_ns: buffers.wall_ns.clone(),
            cpu_ns: buffers.cpu_ns.clone(),
        })
    }

    /// Runs so many counted iterations, and what is done besides them to be slower by a known share.
    fn run(&self, iterations: u64, routine: &mut Routine<'_>) -> Result<Timed, Failure> {
        let _at_work = self.profiles(ProfileKind::Memory).then(AtWork::begin);
        let permille = self.start.sampling.extra_work_permille;
        match calibration::extra_work(iterations, permille) {
            ExtraWork::None => timed(iterations, routine),
            ExtraWork::Whole(extra) => timed(iterations.saturating_add(extra), routine),
            ExtraWork::Shared {
                iterations: extra,
                charged,
            } => {
                let counted = timed(iterations, routine)?;
                let again = timed(extra, routine)?;
                Ok(counted.and_share_of(again, charged))
            }
        }
    }

    fn ready(&mut self, warmup: Warmup, batch: Batch) -> Result<(), Failure> {
        let reported = self.reporter.lock().failure();
        reported.map_or(Ok(()), Err)?;
        self.send(&Reply::Ready(Ready {
            benchmark: self.start.benchmark.clone(),
            iterations: batch.iterations,
            subsamples: batch.subsamples,
            warmup,
            most_rounds: None,
        }))
    }

    fn round_is_wanted(&self) -> Result<bool, Failure> {
        let reported = self.reporter.lock().failure();
        reported.map_or(Ok(()), Err)?;
        let _own = heap::uncounted();
        match self.link.next() {
            Some(Ok(Command::Round)) => Ok(true),
            Some(Ok(Command::Finish)) => Ok(false),
            Some(Ok(other)) => Err(Failure::new(format!(
                "the tool sent {other:?} between rounds"
            ))),
            Some(Err(problem)) => Err(Failure::new(problem)),
            None => Err(Failure::new("the tool has gone")),
        }
    }

    fn send(&mut self, reply: &Reply) -> Result<(), Failure> {
        let _own = heap::uncounted();
        self.link
            .send(reply)
            .map_err(|error| Failure::new(format!("cannot reach the tool: {error}")))
    }

    /// Says how the benchmark ended, given what its closure returned.
    pub(crate) fn conclude(mut self, returned: Result<(), Failure>) -> Result<(), Failure> {
        let reported = self.reporter.lock().failure();
        let unmeasured = (!self.driven).then(|| {
            Failure::new(
                "it measured nothing; call `iter` or another measuring method of the bencher",
            )
        });
        // What came first is the cause of what came after.
        let failure = self
            .failure
            .take()
            .or(returned.err())
            .or(reported)
            .or(unmeasured);
        if let Some(failure) = failure {
            return self.send(&Reply::Failed {
                message: failure.message().to_owned(),
            });
        }
        let values = self.reporter.lock().take();
        let done = Done {
            benchmark: self.start.benchmark.clone(),
            values,
            allocated: (self.allocated.iterations > 0).then_some(self.allocated),
            peak_rss_bytes: crate::memory::peak_resident_bytes(),
            also: Vec::new(),
            profile: self.profile.take(),
        };
        self.send(&Reply::Done(done))
    }
}

/// Times the work; what it did not measure itself is that of the whole call.
fn timed(iterations: u64, routine: &mut Routine<'_>) -> Result<Timed, Failure> {
    let watch = Stopwatch::start();
    let timed = routine(iterations)?;
    let whole = watch.stop();
    Ok(Timed {
        wall_ns: timed.wall_ns,
        cpu_ns: timed.cpu_ns.or(whole.cpu_ns),
        allocated: timed.allocated.or(whole.allocated),
    })
}
