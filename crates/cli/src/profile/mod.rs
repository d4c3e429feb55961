//! `fabench profile`: where the time or the memory of a benchmark goes, and why it got slower.
//!
//! Profiles are taken in processes of their own, after everything that is measured, so that they never touch a
//! measurement. What can't be profiled is told; it never fails what was measured.

mod folder;
mod why;

use std::path::Path;
use std::time::Duration;

use fabench_gate::Cost;
use fabench_harness::protocol::Declaration;
use fabench_harness::runner::{Cancel, Executable, Limits, ProfileOrder, take_profile};
use fabench_record::{BenchmarkId, Profile, ProfileKind};
use fabench_report::{memory_summary, printable, top_table};
use jiff::Timestamp;

pub(crate) use folder::{ProfileFolder, cost_name};
pub(crate) use why::explain_regressions;

use crate::arguments::ProfileArguments;
use crate::config::Config;
use crate::exit::Exit;
use crate::files::run_id;
use crate::interrupt::cancel_on_signal;
use crate::offer::offer;
use crate::own_suite::own_suite;
use crate::screen::Screen;
use crate::selection;
use crate::source::source_of;

/// Fewer samples than these tell little: a share of a half is then uncertain by 10 points.
const FEW_SAMPLES: u64 = 100;

/// Carries out `fabench profile`.
pub(crate) fn profile(
    config: &Config,
    arguments: &ProfileArguments,
    screen: &Screen,
) -> anyhow::Result<Exit> {
    let built = own_suite(config, arguments.suite.as_deref(), screen)?;
    let executable = built.executable();
    let cancel = cancel_on_signal()?;
    let offer = offer(&executable, built.limits(), &cancel)?;
    let selected = selection::select(&offer.benchmarks, &arguments.selection)?;
    let root = arguments.out.clone().unwrap_or_else(|| {
        let id = run_id(Timestamp::now(), &source_of(&config.root));
        ProfileFolder::of_run(&config.results(), &id)
    });
    let profiling = Profiling {
        executable: &executable,
        limits: built.limits(),
        kinds: arguments.kinds(),
        time: arguments.time,
        top: arguments.top,
        folder: ProfileFolder::new(&root),
        cancel: &cancel,
        screen,
    };
    let taken = profiling.all(&selected)?;
    if cancel.is_cancelled() {
        return Ok(Exit::Interrupted);
    }
    let wanted = selected.len() * profiling.kinds.len();
    screen.print(&format!(
        "{taken} of {wanted} profiles in {}\n",
        root.display()
    ));
    Ok(if taken == 0 { Exit::Failed } else { Exit::Pass })
}

/// Profiles to take of one suite.
pub(crate) struct Profiling<'a> {
    pub(crate) executable: &'a Executable,
    pub(crate) limits: Limits,
    pub(crate) kinds: Vec<ProfileKind>,
    pub(crate) time: Duration,
    /// Rows of each table.
    pub(crate) top: usize,
    pub(crate) folder: ProfileFolder,
    pub(crate) cancel: &'a Cancel,
    pub(crate) screen: &'a Screen,
}

impl Profiling<'_> {
    /// Takes, shows and saves the profiles of these benchmarks; returns how many there are.
    ///
    /// # Errors
    /// When a file can't be written.
    pub(crate) fn all(&self, benchmarks: &[Declaration]) -> anyhow::Result<usize> {
        let mut taken = 0;
        for benchmark in benchmarks {
            for kind in &self.kinds {
                let Some(profile) = self.one(benchmark, *kind) else {
                    if self.cancel.is_cancelled() {
                        return Ok(taken);
                    }
                    continue;
                };
                self.show(&benchmark.id, &profile)?;
                taken += 1;
            }
        }
        Ok(taken)
    }

    /// One profile; what went wrong is told.
    fn one(&self, benchmark: &Declaration, kind: ProfileKind) -> Option<Profile> {
        let order = ProfileOrder {
            executable: self.executable,
            declaration: benchmark,
            kind,
            time: self.time,
            limits: self.limits,
        };
        take(&order, "", self.cancel, self.screen)
    }

    fn show(&self, id: &BenchmarkId, profile: &Profile) -> anyhow::Result<()> {
        let style = self.screen.style();
        let kind = profile.kind;
        self.screen.print(&format!(
            "\n{}\n",
            style.bold(&printable(&format!("{id}, {}", kind.name())))
        ));
        for cost in costs(kind) {
            self.screen
                .print(&top_table(profile, *cost, self.top, style));
        }
        self.screen.print(&memory_summary(profile, style));
        for path in self.folder.save(id, profile)? {
            self.screen.print(&format!("{}\n", path.display()));
        }
        Ok(())
    }
}

/// What the profiles of a kind are drawn and tabled by.
pub(crate) fn costs(kind: ProfileKind) -> &'static [Cost] {
    match kind {
        ProfileKind::Cpu => &[Cost::CpuTime],
        ProfileKind::Memory => &[Cost::AllocatedBytes, Cost::LiveBytes],
    }
}

/// Takes one profile; tells what went wrong, and what makes it worth less than it looks. `whose` names the side, if there
/// are two.
fn take(
    order: &ProfileOrder<'_>,
    whose: &str,
    cancel: &Cancel,
    screen: &Screen,
) -> Option<Profile> {
    let id = &order.declaration.id;
    let kind = order.kind.name();
    let what = format!("{id}: {whose}{kind} profile");
    screen.progress(&format!("profiling {id} ({whose}{kind})"));
    let profile = match take_profile(order, cancel) {
        Ok(Ok(profile)) => profile,
        Ok(Err(reason)) => {
            screen.warn(&format!("{what}: {reason}"));
            return None;
        }
        Err(error) => {
            if !error.is_interrupt() {
                let said = error.output_tail.trim();
                let said = if said.is_empty() {
                    String::new()
                } else {
                    format!("\n{said}")
                };
                screen.warn(&format!("{what}: {error}{said}"));
            }
            return None;
        }
    };
    let samples = profile.samples();
    if samples == 0 {
        screen.warn(&match order.kind {
            ProfileKind::Cpu => format!(
                "{what}: not a single sample; the benchmark used {:.1} ms of CPU time, so it mostly waits: give it more --time",
                profile.cpu_ns as f64 / 1e6
            ),
            ProfileKind::Memory => format!("{what}: the benchmark allocates nothing"),
        });
        return None;
    }
    if order.kind == ProfileKind::Cpu && samples < FEW_SAMPLES {
        screen.warn(&format!(
            "{what}: only {samples} samples; shares are uncertain by {:.0} points: give it more --time",
            100.0 / (samples as f64).sqrt()
        ));
    }
    if !profile.symbols {
        screen.warn(&format!(
            "{what}: {} has no symbols; build it with `debug = \"line-tables-only\"` and `strip = false` in [profile.release]",
            order.executable.path().display()
        ));
    }
    Some(profile)
}

/// Where the profiles of a run go, seen from the folder of results.
pub(crate) fn folder_of_run(results: &Path, run: &str) -> ProfileFolder {
    ProfileFolder::new(&ProfileFolder::of_run(results, run))
}
