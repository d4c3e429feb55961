//! The only clock of the crate: wall time, CPU time of the process, and what they can resolve.
//!
//! Wall time is `CLOCK_MONOTONIC`, CPU time `CLOCK_PROCESS_CPUTIME_ID` (all threads, user and system).

use std::time::Duration;
/// Moments on the wall clock, for schedules and deadlines.
pub(crate) use std::time::Instant;

use rustix::time::{ClockId, clock_gettime};

use crate::alloc::{self, Counted};

/// Nanoseconds since an arbitrary moment that does not change while the machine runs.
pub fn wall_ns() -> u64 {
    read(ClockId::Monotonic)
}

/// Nanoseconds of CPU time that this process has used, over all its threads.
pub fn cpu_ns() -> u64 {
    read(ClockId::ProcessCPUTime)
}

fn read(id: ClockId) -> u64 {
    let time = clock_gettime(id);
    // Neither clock is negative: both count from boot or from the start of the process.
    time.tv_sec.unsigned_abs() * 1_000_000_000 + time.tv_nsec.unsigned_abs()
}

/// What one timed stretch of work took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Timed {
    pub(crate) wall_ns: u64,
    pub(crate) cpu_ns: Option<u64>,
    pub(crate) allocated: Option<Counted>,
}

impl Timed {
    /// With a share of the times of another stretch of work; allocations stay those of this one.
    pub(crate) fn and_share_of(self, other: Self, share: f64) -> Self {
        let with = |own: u64, other: u64| own.saturating_add((other as f64 * share) as u64);
        Self {
            wall_ns: with(self.wall_ns, other.wall_ns),
            cpu_ns: self
                .cpu_ns
                .map(|own| with(own, other.cpu_ns.unwrap_or_default())),
            allocated: self.allocated,
        }
    }

    /// Wall and CPU time that were measured by other means than [`Stopwatch`].
    pub fn new(wall: Duration, cpu: Duration) -> Self {
        Self {
            wall_ns: nanoseconds(wall),
            cpu_ns: Some(nanoseconds(cpu)),
            allocated: None,
        }
    }

    /// Wall time.
    pub fn wall(&self) -> Duration {
        Duration::from_nanos(self.wall_ns)
    }
}

/// A wall time alone: the CPU time is then that of the whole call.
impl From<Duration> for Timed {
    fn from(wall: Duration) -> Self {
        Self {
            wall_ns: nanoseconds(wall),
            cpu_ns: None,
            allocated: None,
        }
    }
}

fn nanoseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

/// Times a stretch of work: wall time, CPU time of the process and, in counting launches, allocations.
#[derive(Clone, Copy, Debug)]
pub struct Stopwatch {
    allocated: Counted,
    cpu_ns: u64,
    wall_ns: u64,
}

impl Stopwatch {
    /// Starts now.
    pub fn start() -> Self {
        // The wall clock is read innermost: it is the cheapest to read.
        let allocated = alloc::totals();
        let cpu_ns = cpu_ns();
        Self {
            allocated,
            cpu_ns,
            wall_ns: wall_ns(),
        }
    }

    /// What has passed since the start.
    pub fn stop(self) -> Timed {
        let wall_ns = wall_ns().saturating_sub(self.wall_ns);
        let cpu_ns = cpu_ns().saturating_sub(self.cpu_ns);
        Timed {
            wall_ns,
            cpu_ns: Some(cpu_ns),
            allocated: Some(alloc::totals().since(self.allocated)),
        }
    }
}

/// What the clocks of this machine can tell apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Precision {
    /// Smallest step seen between two readings, the coarser of the two clocks.
    pub resolution_ns: u64,
    /// Median wall time that an empty [`Stopwatch`] measures.
    pub overhead_ns: u64,
}

impl Precision {
    const READINGS: usize = 500;
    const STEPS: usize = 50;

    /// Measures both: well below a millisecond on common machines, 50 ms with a coarse clock.
    pub fn measure() -> Self {
        let mut empty: Vec<u64> = (0..Self::READINGS)
            .map(|_| Stopwatch::start().stop().wall_ns)
            .collect();
        empty.sort_unstable();
        Self {
            resolution_ns: smallest_step(wall_ns).max(smallest_step(cpu_ns)),
            overhead_ns: empty[Self::READINGS / 2],
        }
    }
}

fn smallest_step(clock: fn() -> u64) -> u64 {
    (0..Precision::STEPS)
        .filter_map(|_| {
            let before = clock();
            // A clock may stand still for several readings; it is given up on after a bound.
            (0..10_000)
                .map(|_| clock())
                .find(|now| *now > before)
                .map(|now| now - before)
        })
        .min()
        .unwrap_or(1_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_move_forward_with_work() {
        let watch = Stopwatch::start();
        let mut sum = 0_u64;
        while watch.wall_ns + 2_000_000 > wall_ns() {
            sum = std::hint::black_box(sum.wrapping_mul(31).wrapping_add(7));
        }
        let timed = watch.stop();
        assert!(timed.wall_ns >= 2_000_000);
        assert!(timed.cpu_ns.unwrap() > 0);
    }

    #[test]
    fn precision_is_finer_than_a_millisecond() {
        let precision = Precision::measure();
        assert!(
            (1..1_000_000).contains(&precision.resolution_ns),
            "{precision:?}"
        );
        assert!(precision.overhead_ns < 1_000_000, "{precision:?}");
    }

    #[test]
    fn a_plain_duration_leaves_cpu_time_open() {
        let timed = Timed::from(Duration::from_micros(3));
        assert_eq!((timed.wall_ns, timed.cpu_ns), (3_000, None));
    }
}
