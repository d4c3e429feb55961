//! Open-loop load: requests leave on a fixed schedule, whether or not earlier ones were answered.
//!
//! Latency counts from the scheduled moment, so that time spent waiting for a free connection or behind a slow
//! request counts as the user feels it (a closed loop omits it: "coordinated omission", Tene 2015).

use std::num::NonZeroU64;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::thread;
use std::time::Duration;

use fabench_record::{Direction, Metric, Unit};

use super::Bencher;
use crate::clock::{Instant, Stopwatch, Timed};
use crate::failure::{Failure, ensure};
use crate::worker::Shape;

pub(super) const LATENCY: &str = "latency";

/// The metric that open-loop measurements report.
pub(crate) fn latency_metric() -> Metric {
    Metric::value(LATENCY, Unit::Nanoseconds, Direction::LowerIsBetter)
}

/// How much load, and from how many threads.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OpenLoop {
    rate_per_second: f64,
    pub(super) requests: u64,
    pub(super) threads: usize,
}

impl OpenLoop {
    /// `requests` requests at a steady rate per second, from 4 threads. One round issues all of them.
    pub fn new(rate_per_second: f64, requests: u64) -> Self {
        Self {
            rate_per_second,
            requests,
            threads: 4,
        }
    }

    /// How many threads issue requests; so many can be under way at once.
    #[must_use]
    pub fn threads(mut self, threads: usize) -> Self {
        self.threads = threads.max(1);
        self
    }

    pub(super) fn check(&self) -> Result<(), Failure> {
        ensure(
            self.rate_per_second.is_finite() && self.rate_per_second > 0.0 && self.requests > 0,
            || {
                format!(
                    "an open loop of {} requests at {} per second; both must be above 0",
                    self.requests, self.rate_per_second
                )
            },
        )
    }

    pub(super) fn begin(&self, requests: u64) -> Schedule {
        Schedule {
            start: Instant::now(),
            interval_ns: 1e9 / self.rate_per_second,
            requests,
        }
    }
}

/// When each request of one round is due.
#[derive(Clone, Copy, Debug)]
pub struct Schedule {
    start: Instant,
    interval_ns: f64,
    requests: u64,
}

impl Schedule {
    /// How many requests to issue.
    pub fn requests(&self) -> u64 {
        self.requests
    }

    /// When request number `request`, from 0, is due.
    pub fn at(&self, request: u64) -> Instant {
        self.start + Duration::from_nanos((request as f64 * self.interval_ns) as u64)
    }

    /// Time since request number `request` was due: call it when the answer has arrived.
    pub fn latency(&self, request: u64) -> Duration {
        Instant::now().saturating_duration_since(self.at(request))
    }
}

impl Bencher {
    /// Measures latency under open-loop load: `request` is called with numbers from 0, blocks until its answer
    /// has arrived, and fails the benchmark if the answer is wrong.
    ///
    /// Every latency is a value of the metric `latency`; declare it with [`crate::Benchmark::latency`].
    ///
    /// # Errors
    /// The first error of a request, or a load of zero.
    pub fn open_loop<E: Into<Failure>>(
        &mut self,
        load: OpenLoop,
        request: impl Fn(u64) -> Result<(), E> + Sync,
    ) -> Result<(), Failure> {
        self.open_loop_with(load, |schedule| issue(load.threads, schedule, &request))
    }

    /// Like [`Self::open_loop`] for asynchronous requests: `round` issues every request of the schedule at its
    /// time and returns their latencies in any order, as [`Schedule::latency`] gives them.
    ///
    /// # Errors
    /// An error of `round`, a load of zero, or fewer or more latencies than requests.
    pub fn open_loop_with<E: Into<Failure>>(
        &mut self,
        load: OpenLoop,
        mut round: impl FnMut(Schedule) -> Result<Vec<Duration>, E>,
    ) -> Result<(), Failure> {
        load.check()?;
        let reporter = self.reporter();
        self.session
            .drive(Shape::exactly(load.requests), &mut |requests| {
                let watch = Stopwatch::start();
                let latencies = round(load.begin(requests)).map_err(Into::into)?;
                let timed: Timed = watch.stop();
                ensure(latencies.len() as u64 == requests, || {
                    format!("{} latencies for {requests} requests", latencies.len())
                })?;
                reporter.report_all(
                    LATENCY,
                    latencies.iter().map(|latency| latency.as_nanos() as f64),
                );
                Ok(timed)
            })
    }
}

/// Issues the schedule from several threads; each takes the next request that is due.
pub(super) fn issue<E: Into<Failure>>(
    threads: usize,
    schedule: Schedule,
    request: &(impl Fn(u64) -> Result<(), E> + Sync),
) -> Result<Vec<Duration>, Failure> {
    let next = AtomicU64::new(0);
    let work = || -> Result<Vec<Duration>, Failure> {
        // The default slack of 50 µs would be counted as latency; without the privilege it stays.
        let _ = rustix::thread::set_current_timer_slack(NonZeroU64::new(1));
        let mut latencies = Vec::with_capacity(schedule.requests as usize / threads + 1);
        loop {
            let number = next.fetch_add(1, Relaxed);
            if number >= schedule.requests {
                return Ok(latencies);
            }
            thread::sleep(
                schedule
                    .at(number)
                    .saturating_duration_since(Instant::now()),
            );
            if let Err(error) = request(number) {
                next.store(schedule.requests, Relaxed);
                return Err(error.into());
            }
            latencies.push(schedule.latency(number));
        }
    };
    let parts: Vec<_> = thread::scope(|scope| {
        let handles: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        handles
            .into_iter()
            .map(thread::ScopedJoinHandle::join)
            .collect()
    });
    let mut all = Vec::with_capacity(schedule.requests as usize);
    for part in parts {
        all.extend(part.map_err(|_| Failure::new("a request panicked; see standard error"))??);
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    #[test]
    fn waiting_behind_a_slow_request_counts() {
        // One thread, a request due every millisecond: the first blocks until 20 ms have passed.
        let load = OpenLoop::new(1_000.0, 10).threads(1);
        let schedule = load.begin(10);
        let latencies = issue(1, schedule, &|number| {
            while number == 0 && schedule.latency(0) < Duration::from_millis(20) {
                thread::yield_now();
            }
            Ok::<(), Failure>(())
        })
        .unwrap();
        assert_eq!(latencies.len(), 10);
        // Request 5 was due at 5 ms and could not leave before 20 ms.
        assert!(latencies[5] >= Duration::from_millis(15), "{latencies:?}");
    }

    #[test]
    fn each_request_is_issued_once_and_the_first_error_ends_the_round() {
        let seen = Mutex::new(Vec::new());
        let schedule = OpenLoop::new(1e6, 100).begin(100);
        issue(4, schedule, &|number| {
            seen.lock().unwrap().push(number);
            Ok::<(), Failure>(())
        })
        .unwrap();
        let mut seen = seen.into_inner().unwrap();
        seen.sort_unstable();
        assert!(seen.into_iter().eq(0..100));

        let error = issue(2, schedule, &|number| ensure(number != 3, || "wrong echo")).unwrap_err();
        assert_eq!(error.message(), "wrong echo");
    }

    #[test]
    fn a_load_of_nothing_is_refused() {
        assert!(OpenLoop::new(0.0, 5).check().is_err());
        assert!(OpenLoop::new(f64::INFINITY, 5).check().is_err());
        assert!(OpenLoop::new(5.0, 0).check().is_err());
    }
}
