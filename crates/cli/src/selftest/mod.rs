//! `fabench selftest`: does the gate keep its promises on this machine, with this suite?
//!
//! Real measurements through the same decisions as `fabench compare`: the suite against itself, which must not be
//! flagged, and against itself with a known share of its own work done again, which must be found.

mod schedule;
mod tally;
mod words;

use std::collections::BTreeMap;
use std::time::Duration;

use fabench_gate::{BenchmarkComparison, PairedEvidence, Verdict};
use fabench_harness::environment::Probe;
use fabench_harness::protocol::Declaration;
use fabench_harness::runner::{Cancel, Offer};
use fabench_harness::side_by_side::{PairSettings, SideBySide};
use fabench_record::{BenchmarkId, MetricSource};
use jiff::Timestamp;

use self::schedule::Planned;
use self::tally::{Tally, slow_down};
use crate::arguments::SelftestArguments;
use crate::compare::sides::Built;
use crate::config::Config;
use crate::exit::Exit;
use crate::interrupt::cancel_on_signal;
use crate::offer::offer;
use crate::own_suite::{builtin, own_suite};
use crate::pair::{MOST_PAIRS, MOST_TIME, Trial};
use crate::screen::Screen;
use crate::selection;
use crate::time_bar::TimeBar;

/// Carries out `fabench selftest`.
pub(crate) fn selftest(
    config: &Config,
    arguments: &SelftestArguments,
    screen: &Screen,
) -> anyhow::Result<Exit> {
    let suite = if arguments.builtin {
        builtin()?
    } else {
        own_suite(config, arguments.suite.as_deref(), screen)?
    };
    let cancel = cancel_on_signal()?;
    let offer = offer(&suite.executable(), suite.limits(), &cancel)?;
    let selected = selection::select(&offer.benchmarks, &arguments.selection)?;
    let testing = Testing {
        config,
        slowable: slowable(config, &selected),
        selected,
        suite,
        offer,
        cancel,
    };
    let probe = Probe::start();
    let Finished { tally, left_out } = testing.carry_out(arguments, screen);
    let environment = probe.finish(&testing.offer.hello);

    for (id, reason) in &left_out {
        screen.warn(&format!("{id} takes no part: {reason}"));
    }
    screen.print(&format!(
        "{} trials of at most {} s (or {} pairs of launches) on {} benchmarks ({} with a known slow-down), seed {}, load {:.1} at the start on {} cores{}\n\n",
        tally.trials(),
        MOST_TIME.as_secs(),
        MOST_PAIRS,
        testing.selected.len() - left_out.len(),
        testing.slowable.len(),
        arguments.seed,
        environment.load_average,
        environment.machine.cores,
        environment
            .steal
            .map_or_else(String::new, |steal| format!(", {:.1} % stolen", steal * 100.0)),
    ));
    screen.print(&words::table(&tally, screen.style()));
    let interrupted = testing.cancel.is_cancelled();
    let verdict = words::verdict(&tally, interrupted, screen.style());
    screen.print(&format!("{verdict}\n"));
    Ok(if !tally.refuted().is_empty() {
        Exit::Failed
    } else if interrupted {
        Exit::Interrupted
    } else if tally.trials() == 0 || left_out.values().any(|left| left.failed) {
        Exit::Failed
    } else {
        Exit::Pass
    })
}

/// A self-test under way.
struct Testing<'a> {
    config: &'a Config,
    suite: Built,
    offer: Offer,
    selected: Vec<Declaration>,
    slowable: Vec<Declaration>,
    cancel: Cancel,
}

/// Why a benchmark takes no part.
struct LeftOut {
    failed: bool,
    reason: String,
}

impl std::fmt::Display for LeftOut {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.reason)
    }
}

struct Finished {
    tally: Tally,
    left_out: BTreeMap<BenchmarkId, LeftOut>,
}

impl Testing<'_> {
    /// One trial after the other, as long as a whole one fits into the time.
    fn carry_out(&self, arguments: &SelftestArguments, screen: &Screen) -> Finished {
        let mut finished = Finished {
            tally: Tally::new(&self.config.policy),
            left_out: BTreeMap::new(),
        };
        let bar = TimeBar::new(screen, arguments.minutes);
        let mut costs = BTreeMap::new();
        let mut skipped = 0;
        for planned in schedule::trials(arguments.seed) {
            if self.cancel.is_cancelled() || bar.elapsed() + MOST_TIME > arguments.minutes {
                break;
            }
            let permille = planned.extra_work_permille;
            let all = if permille == 0 {
                &self.selected
            } else {
                &self.slowable
            };
            let usable = |one: &&Declaration| !finished.left_out.contains_key(&one.id);
            let usable: Vec<&Declaration> = all.iter().filter(usable).collect();
            let Some(declaration) = usable.get(planned.index(usable.len())) else {
                if self.selected.len() == finished.left_out.len() {
                    break;
                }
                continue;
            };
            let pair = costs.get(&declaration.id).copied().unwrap_or_default();
            if bar.elapsed() + MOST_TIME.max(pair * MOST_PAIRS) > arguments.minutes {
                // A shorter one may still fit, until none does.
                skipped += 1;
                if skipped > all.len() {
                    break;
                }
                continue;
            }
            skipped = 0;
            bar.show(format!(
                "{} {} ({} trials)",
                declaration.id,
                slow_down(permille),
                finished.tally.trials()
            ));
            let Some(entry) = self.measure(declaration, planned) else {
                continue;
            };
            if let Some(spent) = entry.side_by_side {
                let pairs = (spent.launches + spent.confirming_launches).max(1) as u64;
                costs.insert(
                    entry.id.clone(),
                    Duration::from_millis(spent.spent_ms / pairs),
                );
            }
            match entry.verdict {
                verdict @ (Verdict::Failed | Verdict::NotComparable) => {
                    let left = LeftOut {
                        failed: verdict == Verdict::Failed,
                        reason: entry.reason,
                    };
                    finished.left_out.insert(entry.id, left);
                }
                _ => finished.tally.add(permille, &entry),
            }
        }
        bar.close();
        finished
    }

    fn measure(&self, declaration: &Declaration, planned: Planned) -> Option<BenchmarkComparison> {
        let metrics = &declaration.metrics;
        let metric = metrics.iter().find(|one| one.name == declaration.primary)?;
        let identity = self
            .suite
            .identity(&self.offer, &Timestamp::now().to_string());
        let settings = PairSettings {
            seed: planned.seed,
            extra_work_permille: planned.extra_work_permille,
            ..PairSettings::default()
        };
        Trial {
            policy: &self.config.policy,
            declaration,
            evidence: PairedEvidence::new(declaration.id.clone(), metric.clone(), true),
            identities: [identity.clone(), identity],
            side_by_side: SideBySide::new(
                self.suite.executable(),
                self.suite.executable(),
                settings,
                self.cancel.clone(),
            ),
            time: MOST_TIME,
            pairs: MOST_PAIRS,
            cancel: &self.cancel,
        }
        .carry_out()
    }
}

/// The benchmarks whose primary metric is a time, so that work done twice shows, and whose thresholds are no wider
/// than those that the powers are promised for.
fn slowable(config: &Config, selected: &[Declaration]) -> Vec<Declaration> {
    let wanted = |one: &&Declaration| {
        let thresholds = config.policy.thresholds(&one.id, &one.primary);
        let timed = one.metrics.iter().any(|metric| {
            metric.name == one.primary
                && matches!(
                    metric.source,
                    MetricSource::WallTime
                        | MetricSource::CpuTime
                        | MetricSource::Throughput { .. }
                )
        });
        timed && thresholds.critical.get() <= 0.1 && thresholds.warning.get() <= 0.05
    };
    selected.iter().filter(wanted).cloned().collect()
}
