//! What a benchmark's closure holds: it hands over the work, and reports what only the benchmark knows.
//!
//! Invariant: one call measures. The closure sets up, calls one of the measuring methods once, verifies what
//! the work left behind, may probe its latency, and returns; set-up and verification are never timed.

mod asynchronous;
mod open_loop;
mod probe;
mod reporter;

use std::hint::black_box;

use crate::clock::{Stopwatch, Timed};
use crate::failure::Failure;
use crate::worker::{Session, Shape};

pub(crate) use open_loop::latency_metric;
pub use open_loop::{OpenLoop, Schedule};
pub(crate) use reporter::Phase;
pub use reporter::Reporter;

/// Most inputs that [`Bencher::iter_batched`] prepares at once.
const MOST_INPUTS: u64 = 1 << 16;

/// Measures one benchmark in one process.
#[derive(Debug)]
pub struct Bencher {
    session: Session,
}

impl Bencher {
    pub(crate) fn new(session: Session) -> Self {
        Self { session }
    }

    pub(crate) fn into_session(self) -> Session {
        self.session
    }

    /// Measures `routine`, called back to back; dropping its result is part of the time.
    ///
    /// Use [`Self::iter_batched`] where dropping must not count.
    pub fn iter<T>(&mut self, mut routine: impl FnMut() -> T) {
        let outcome = self.session.drive(Shape::any(), &mut |iterations| {
            let watch = Stopwatch::start();
            for _ in 0..iterations {
                black_box(routine());
            }
            Ok(watch.stop())
        });
        self.session.keep(outcome);
    }

    /// Like [`Self::iter`] for a routine that can fail.
    ///
    /// # Errors
    /// The first error of the routine; no later iteration runs.
    pub fn try_iter<T, E: Into<Failure>>(
        &mut self,
        mut routine: impl FnMut() -> Result<T, E>,
    ) -> Result<(), Failure> {
        self.session.drive(Shape::any(), &mut |iterations| {
            let watch = Stopwatch::start();
            for _ in 0..iterations {
                black_box(routine().map_err(Into::into)?);
            }
            Ok(watch.stop())
        })
    }

    /// Measures `routine` on inputs that `setup` makes outside the time; results are dropped outside it, too.
    pub fn iter_batched<I, O>(
        &mut self,
        mut setup: impl FnMut() -> I,
        mut routine: impl FnMut(I) -> O,
    ) {
        let outcome = self.try_iter_batched(
            || Ok::<I, Failure>(setup()),
            |input| Ok::<O, Failure>(routine(input)),
        );
        self.session.keep(outcome);
    }

    /// Like [`Self::iter_batched`] where either step can fail.
    ///
    /// # Errors
    /// The first error of `setup` or `routine`.
    pub fn try_iter_batched<I, O, E: Into<Failure>, F: Into<Failure>>(
        &mut self,
        mut setup: impl FnMut() -> Result<I, E>,
        mut routine: impl FnMut(I) -> Result<O, F>,
    ) -> Result<(), Failure> {
        let mut inputs = Vec::new();
        let mut outputs = Vec::new();
        self.session
            .drive(Shape::at_most(MOST_INPUTS), &mut |iterations| {
                for _ in 0..iterations {
                    inputs.push(setup().map_err(Into::into)?);
                }
                outputs.reserve(inputs.len());
                let watch = Stopwatch::start();
                for input in inputs.drain(..) {
                    outputs.push(black_box(routine(black_box(input)).map_err(Into::into)?));
                }
                let timed = watch.stop();
                outputs.clear();
                Ok(timed)
            })
    }

    /// Measures work that times itself: several threads, asynchronous work, a server in another process.
    ///
    /// `routine` does the given number of iterations and returns the wall time that they took, or what a
    /// [`Stopwatch`] measured; with a bare duration the CPU time is that of the whole call.
    ///
    /// # Errors
    /// The first error of the routine.
    pub fn iter_custom<T: Into<Timed>, E: Into<Failure>>(
        &mut self,
        mut routine: impl FnMut(u64) -> Result<T, E>,
    ) -> Result<(), Failure> {
        self.session.drive(Shape::any(), &mut |iterations| {
            routine(iterations).map(Into::into).map_err(Into::into)
        })
    }

    /// Reports a value of a metric that the benchmark declared with [`crate::Benchmark::metric`].
    ///
    /// Values reported during warm-up are dropped. An undeclared metric, a negative or a non-finite value
    /// fails the benchmark. Inside a measuring call use a [`Self::reporter`].
    pub fn report(&self, metric: &str, value: f64) {
        self.session.reporter().report(metric, value);
    }

    /// A handle that reports values from inside the work and from other threads.
    pub fn reporter(&self) -> Reporter {
        self.session.reporter()
    }
}
