//! Where CPU time goes: a signal after every so much CPU time of the process (`ITIMER_PROF`), and the stack it found.
//!
//! 99 Hz: slow enough to cost nothing that shows, and out of step with timers that tick at 100 Hz.

use fabench_record::{Frame, Profile, ProfileKind, Weight};
use pprof::{ProfilerGuard, ProfilerGuardBuilder};

use super::collect::Collector;
use super::names;

/// Samples for each second of CPU time.
const HZ: i32 = 99;
/// So many samples are due before their absence means that none ever comes.
const DUE: u64 = 20;
/// The unwinder itself can't be unwound from; code that the kernel maps has no tables to unwind by.
const NOT_UNWOUND: [&str; 2] = ["libgcc_s", "vdso"];

/// Sampling is on while this lives.
pub(crate) struct CpuSampling(ProfilerGuard<'static>);

impl CpuSampling {
    /// Starts sampling all threads of this process.
    ///
    /// # Errors
    /// In words, when the system does not allow it.
    pub(crate) fn start() -> Result<Self, String> {
        ProfilerGuardBuilder::default()
            .frequency(HZ)
            .blocklist(&NOT_UNWOUND)
            .build()
            .map(Self)
            .map_err(|error| {
                format!(
                    "the CPU can't be sampled: {error}; is SIGPROF or setitimer forbidden here?"
                )
            })
    }

    /// Stops, and names what was seen during `iterations` that took `cpu_ns`.
    ///
    /// # Errors
    /// In words, when the samples can't be read, or never came.
    pub(crate) fn stop(self, iterations: u64, cpu_ns: u64) -> Result<Profile, String> {
        let report = self
            .0
            .report()
            .build()
            .map_err(|error| format!("the samples can't be read: {error}"))?;
        drop(self);
        // Where a sandbox forbids the timer, starting it fails silently.
        let due = cpu_ns / (1_000_000_000 / HZ.unsigned_abs() as u64);
        if report.data.is_empty() && due >= DUE {
            return Err(format!(
                "the CPU can't be sampled: not one signal in {:.0} ms of CPU time; is SIGPROF or setitimer forbidden here?",
                cpu_ns as f64 / 1e6
            ));
        }
        let mut collector = Collector::default();
        for (sampled, count) in &report.data {
            let weight = Weight {
                samples: u64::try_from(*count).unwrap_or(0),
                ..Weight::default()
            };
            let functions: Vec<Frame> = sampled
                .frames
                .iter()
                .rev()
                .flat_map(|one| at_one_address(one))
                .collect();
            collector.add(names::benchmark_part(functions), weight);
        }
        let (frames, stacks) = collector.finish();
        Ok(Profile {
            kind: ProfileKind::Cpu,
            iterations,
            cpu_ns,
            bytes_per_sample: 0,
            live_after_round: Vec::new(),
            iterations_per_round: 0,
            peak_bytes: 0,
            symbols: names::mostly_named(frames.iter()),
            frames,
            stacks,
        })
    }
}

/// Outermost first.
fn at_one_address(symbols: &[pprof::Symbol]) -> impl Iterator<Item = Frame> {
    let mut frames: Vec<Frame> = symbols
        .iter()
        .map(|symbol| Frame {
            function: symbol.name(),
            file: symbol
                .filename
                .as_ref()
                .map(|path| path.display().to_string()),
            line: symbol.lineno,
            inlined: true,
        })
        .collect();
    names::mark_outermost(&mut frames);
    frames.into_iter().rev()
}
