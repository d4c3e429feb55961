//! The side of the run: a file that is locked while the run lives, and gone afterwards.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Instant;

use fabench_gate::launch_values;
use fabench_harness::protocol::Declaration;
use fabench_harness::runner::Event;
use fabench_record::{BenchmarkId, Launch, LaunchKind, Outcome, Source, Unit};

use super::{EXTENSION, Progress, Told, folder};
use crate::config::Config;
use crate::files::temporary_in;

/// Tells the progress of one run.
#[derive(Debug)]
pub(crate) struct Writer {
    run: String,
    /// `None` once it can't be written: a run goes on unwatched.
    file: Option<File>,
    path: PathBuf,
    begun: Instant,
    suite: String,
    commit: Option<String>,
    declared: Vec<Declaration>,
}

impl Writer {
    /// Begins to tell of `run`. Where the folder can't be written to, nothing is told.
    pub(crate) fn begin(
        config: &Config,
        run: &str,
        suite: &str,
        source: &Source,
        declared: &[Declaration],
    ) -> Self {
        let folder = folder(config);
        // Two runs may begin within one second.
        let run = format!("{run}-{}", std::process::id());
        let path = folder.join(format!("{run}.{EXTENSION}"));
        Self {
            file: create(&folder, &path).ok(),
            run,
            path,
            begun: Instant::now(),
            suite: suite.to_owned(),
            commit: source.commit.clone(),
            declared: declared.to_vec(),
        }
    }

    /// Takes note of one step of the run.
    pub(crate) fn show(&mut self, event: &Event<'_>) {
        let progress = match *event {
            Event::Started {
                benchmarks,
                launches,
            } => Progress::Started {
                suite: self.suite.clone(),
                commit: self.commit.clone(),
                benchmarks,
                launches,
            },
            Event::LaunchStarted {
                benchmark,
                pass,
                passes,
            } => Progress::LaunchStarted {
                benchmark: benchmark.clone(),
                pass,
                passes,
            },
            Event::LaunchDone {
                benchmark,
                launch,
                done,
                launches,
            } => {
                let (value, unit) = self.value(benchmark, launch);
                Progress::LaunchDone {
                    benchmark: benchmark.clone(),
                    done,
                    launches,
                    seconds: self.begun.elapsed().as_secs_f64(),
                    value,
                    unit,
                }
            }
            Event::BenchmarkDone { benchmark } => match &benchmark.outcome {
                Outcome::Failed { reason, .. } => Progress::Failed {
                    benchmark: benchmark.id.clone(),
                    reason: reason.clone(),
                },
                Outcome::Measured | Outcome::Interrupted => return,
            },
            // Between two rounds nothing is written: the next one is to find the machine as it was.
            Event::RoundDone { .. } => return,
        };
        self.tell(progress);
    }

    fn value(&self, id: &BenchmarkId, launch: &Launch) -> (Option<f64>, Unit) {
        let declared = self.declared.iter().find(|declared| declared.id == *id);
        let Some(declared) = declared.filter(|_| launch.kind == LaunchKind::Timed) else {
            return (None, Unit::Count);
        };
        let record = declared.record(Outcome::Measured, vec![launch.clone()]);
        let Some(metric) = record.primary_metric() else {
            return (None, Unit::Count);
        };
        let value = launch_values(&record, metric).ok();
        (
            value.and_then(|values| values.first().copied()),
            metric.unit.clone(),
        )
    }

    fn tell(&mut self, progress: Progress) {
        let Some(file) = &mut self.file else { return };
        let told = Told {
            run: self.run.clone(),
            progress,
        };
        let written = serde_json::to_vec(&told).map(|mut line| {
            line.push(b'\n');
            file.write_all(&line)
        });
        if !matches!(written, Ok(Ok(()))) {
            self.file = None;
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
    }
}

/// A locked file at `path`. It has its name only once it is locked, so that nobody takes it for abandoned.
fn create(folder: &Path, path: &Path) -> std::io::Result<File> {
    sweep(folder);
    let file = temporary_in(folder)?;
    // Where there are no locks, nobody could tell whether this run lives.
    file.as_file().try_lock()?;
    Ok(file.persist(path)?)
}

/// Removes what runs that were killed have left.
fn sweep(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        let ours = path.extension().is_some_and(|found| found == EXTENSION);
        if ours && File::open(&path).is_ok_and(|file| file.try_lock().is_ok()) {
            let _ = fs::remove_file(&path);
        }
    }
}
