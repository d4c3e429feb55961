//! A simulated noisy machine: launches of a benchmark whose true cost is known.
//!
//! Every part was seen in measurements of nine kernels on a shared 2-core machine under load: heavy-tailed rounds,
//! launches that differ as a whole (memory layout), launches that are off by a fifth and more, two modes, a drift
//! of the machine that both sides of a pair share and two separate runs do not, and slow phases that lift the mean
//! but not the minimum. Values are natural logarithms of costs.

use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64;

/// How a benchmark behaves on the machine; spreads are standard deviations of logs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Kernel {
    /// Name in the table.
    pub(crate) name: &'static str,
    /// Spread of a round's minimum, heavy-tailed (Student's t, 3 degrees of freedom).
    pub(crate) round: f64,
    /// Spread of a launch as a whole.
    pub(crate) launch: f64,
    /// Share of launches that are off as a whole, by a factor of 1.2 to 1.6 either way.
    pub(crate) outliers: f64,
    /// Share of launches in a second mode, and its log distance.
    pub(crate) second_mode: (f64, f64),
    /// Spread of the machine's drift as the minimum sees it.
    pub(crate) drift: f64,
    /// Spread of the slow phases, which only means see.
    pub(crate) slow: f64,
}

/// Noise at which the spread of 20 launches of 3 rounds is the 1.0 % that was measured.
pub(crate) const MEASURED_NOISE: f64 = 0.72;

/// The kernel at `index` in a suite that takes them in turn, its rounds and launches `noise` times as restless.
pub(crate) fn kernel_at(index: usize, noise: f64) -> Kernel {
    let kernel = KERNELS[index % KERNELS.len()];
    Kernel {
        round: noise * kernel.round,
        launch: noise * kernel.launch,
        ..kernel
    }
}

/// Nine kernels in their order of restlessness, their spreads as an upper estimate.
pub(crate) const KERNELS: [Kernel; 9] = [
    kernel("matvec", 0.042, 0.0, 0.10),
    kernel("json", 0.05, 0.007, 0.14),
    kernel("sqlite", 0.06, 0.01, 0.14),
    kernel("tcp echo", 0.08, 0.014, 0.18),
    kernel("mpsc, 1 worker", 0.10, 0.014, 0.18),
    kernel("mpsc, 2 workers", 0.134, 0.028, 0.20),
    Kernel {
        outliers: 0.07,
        ..kernel("allocation", 0.08, 0.02, 0.20)
    },
    Kernel {
        drift: 0.12,
        second_mode: (0.3, 0.06),
        ..kernel("hash map", 0.07, 0.014, 0.25)
    },
    Kernel {
        drift: 0.12,
        ..kernel("memcpy", 0.06, 0.01, 0.25)
    },
];

const fn kernel(name: &'static str, round: f64, launch: f64, slow: f64) -> Kernel {
    Kernel {
        name,
        round,
        launch,
        outliers: 0.0,
        second_mode: (0.0, 0.0),
        drift: 0.005,
        slow,
    }
}

/// One launch: per round the log of the minimum sub-sample and of the mean of all.
pub(crate) struct Launched {
    /// Log of the minimum sub-sample of each round.
    pub(crate) minima: Vec<f64>,
    /// Log of the mean sub-sample of each round.
    pub(crate) means: Vec<f64>,
}

/// The machine while it runs one kernel.
pub(crate) struct Machine {
    rng: Pcg64,
    kernel: Kernel,
    /// Seconds after which drift and slow phases have forgotten where they were.
    memory_s: f64,
    drift: f64,
    slow: f64,
}

impl Machine {
    /// A machine in a mood of its own for each seed.
    pub(crate) fn new(kernel: Kernel, memory_s: f64, seed: u64) -> Self {
        let mut machine = Self {
            rng: Pcg64::seed_from_u64(seed),
            kernel,
            memory_s,
            drift: 0.0,
            slow: 0.0,
        };
        machine.pass(f64::INFINITY);
        machine
    }

    /// Lets time pass: an Ornstein-Uhlenbeck step of drift and slow phases.
    pub(crate) fn pass(&mut self, seconds: f64) {
        let kept = (-seconds / self.memory_s).exp();
        let fresh = (1.0 - kept * kept).sqrt();
        self.drift = kept * self.drift + fresh * self.kernel.drift * self.normal();
        self.slow = kept * self.slow + fresh * self.kernel.slow * self.normal();
    }

    /// A launch of `rounds` rounds of work that costs `change` more (log).
    pub(crate) fn launch(&mut self, change: f64, rounds: usize) -> Launched {
        let Kernel {
            round,
            launch,
            outliers,
            second_mode,
            ..
        } = self.kernel;
        let mut level = change + self.drift + launch * self.normal();
        if self.chance(outliers) {
            let size = self.rng.random_range(0.18..0.47);
            level += if self.chance(0.5) { size } else { -size };
        }
        if self.chance(second_mode.0) {
            level += second_mode.1;
        }
        let minima: Vec<f64> = (0..rounds).map(|_| level + round * self.heavy()).collect();
        let slow = self.slow.abs();
        let means = minima
            .iter()
            .map(|minimum| minimum + slow + 0.05 * self.normal().abs());
        let means = means.collect();
        Launched { minima, means }
    }

    fn chance(&mut self, share: f64) -> bool {
        self.rng.random_range(0.0..1.0) < share
    }

    /// Box and Muller 1958.
    fn normal(&mut self) -> f64 {
        let radius = (-2.0 * self.rng.random_range(f64::MIN_POSITIVE..1.0).ln()).sqrt();
        radius * (std::f64::consts::TAU * self.rng.random_range(0.0..1.0)).cos()
    }

    /// Student's t with 3 degrees of freedom, scaled to a standard deviation of 1.
    fn heavy(&mut self) -> f64 {
        let square = (0..3).map(|_| self.normal().powi(2)).sum::<f64>();
        self.normal() / square.sqrt()
    }
}
