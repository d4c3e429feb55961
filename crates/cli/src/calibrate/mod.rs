//! `fabench calibrate`: what this machine lets one see, from comparing the suite with itself.

mod advice;
mod calibration;
mod cores;
mod known;
mod words;

use std::time::Duration;

use fabench_gate::{NoiseFloor, PairedEvidence, Policy};
use fabench_harness::environment::Probe;
use fabench_harness::protocol::Declaration;
use fabench_harness::runner::Cancel;
use fabench_harness::side_by_side::{PairSettings, SideBySide};
use fabench_record::{Direction, Suite};
use jiff::Timestamp;

pub(crate) use self::calibration::Calibration;
use self::calibration::{Floor, SCHEMA_VERSION};
use self::cores::CoreCosts;
pub(crate) use self::known::{Known, trust};
use crate::arguments::CalibrateArguments;
use crate::config::Config;
use crate::exit::{Exit, Interrupted};
use crate::files::write_json;
use crate::interrupt::cancel_on_signal;
use crate::offer::offer;
use crate::own_suite::own_suite;
use crate::pair::{measure_pair, milliseconds};
use crate::screen::Screen;
use crate::selection;
use crate::time_bar::TimeBar;

/// Name of the file within the cache.
const FILE: &str = "calibration.json";

/// Fewest pairs of each benchmark, unless they take many times its share.
const FEWEST_PAIRS: usize = 7;

/// How many times its share a slow benchmark may take to reach them.
const PATIENCE: u64 = 4;

/// Carries out `fabench calibrate`.
pub(crate) fn calibrate(
    config: &Config,
    arguments: &CalibrateArguments,
    screen: &Screen,
) -> anyhow::Result<Exit> {
    let suite = own_suite(config, arguments.suite.as_deref(), screen)?;
    let cancel = cancel_on_signal()?;
    let offer = offer(&suite.executable(), suite.limits(), &cancel)?;
    let selected = selection::select(&offer.benchmarks, &arguments.selection)?;
    let settings = PairSettings {
        seed: arguments.seed,
        limits: suite.limits(),
        ..PairSettings::default()
    };
    let started_at = Timestamp::now().to_string();
    let probe = Probe::start();
    let mut observed: Vec<Observed<'_>> =
        selected.iter().filter_map(Observed::nothing_yet).collect();
    let mut side_by_side = SideBySide::new(
        suite.executable(),
        suite.executable(),
        settings,
        cancel.clone(),
    );
    observe(
        &mut observed,
        &mut side_by_side,
        arguments.time,
        &cancel,
        screen,
    );
    if cancel.is_cancelled() {
        return Err(Interrupted.into());
    }
    let mut calibration = Calibration {
        schema_version: SCHEMA_VERSION,
        started_at,
        suite: Suite {
            name: offer.hello.suite.clone(),
            version: offer.hello.version.clone(),
        },
        environment: probe.finish(&offer.hello),
        benchmarks: floors(&observed, &config.policy),
        cores: cores(&observed),
        advice: Vec::new(),
    };
    calibration.advice = advice::advice(&calibration);
    let path = config.cache().join(FILE);
    write_json(&path, &calibration)?;

    screen.print(&words::words(&calibration, screen.style()));
    let lost: Vec<&Observed<'_>> = observed
        .iter()
        .filter(|one| one.floor().is_none())
        .collect();
    for one in &lost {
        let why = match &one.evidence.obstacle {
            Some((verdict, reason)) => format!("{verdict}: {reason}"),
            None => format!(
                "{} pairs of launches are too few to say anything; give it a larger --time",
                one.evidence.first.len()
            ),
        };
        screen.warn(&format!("{}: {why}", one.evidence.id));
    }
    screen.print(&format!("saved {}\n", path.display()));
    let count = calibration.benchmarks.len();
    let style = screen.style();
    Ok(if lost.is_empty() {
        screen.print(&format!(
            "{}\n",
            style.good(&format!("{count} benchmarks calibrated"))
        ));
        Exit::Pass
    } else {
        let text = format!("{count} benchmarks calibrated, {} could not be", lost.len());
        screen.print(&format!("{}\n", style.bad(&text)));
        Exit::Failed
    })
}

/// What was seen of one benchmark.
struct Observed<'a> {
    declaration: &'a Declaration,
    evidence: PairedEvidence,
    /// The core of each pair that was pinned to one, and the log cost of a launch there.
    on_core: Vec<(u32, f64)>,
}

impl<'a> Observed<'a> {
    fn nothing_yet(declaration: &'a Declaration) -> Option<Self> {
        let metrics = &declaration.metrics;
        let metric = metrics.iter().find(|one| one.name == declaration.primary)?;
        Some(Self {
            declaration,
            evidence: PairedEvidence::new(declaration.id.clone(), metric.clone(), true),
            on_core: Vec::new(),
        })
    }

    /// Whether it had its share of the time, and enough pairs to say something.
    fn done(&self, share_ms: u64) -> bool {
        let evidence = &self.evidence;
        evidence.obstacle.is_some()
            || (evidence.spent_ms >= share_ms && evidence.first.len() >= FEWEST_PAIRS)
            || evidence.spent_ms >= share_ms.saturating_mul(PATIENCE)
    }

    /// What its pairs say; nothing of one that failed or was too slow.
    fn floor(&self) -> Option<NoiseFloor> {
        let evidence = &self.evidence;
        let usable = evidence.obstacle.is_none();
        usable.then(|| NoiseFloor::of(&evidence.first, evidence.spent_ms))?
    }

    fn measure(&mut self, side_by_side: &mut SideBySide) {
        let pair = measure_pair(side_by_side, self.declaration, &mut self.evidence, false);
        let core = pair.and_then(|pair| pair.core);
        let sign = match self.evidence.metric.direction {
            Direction::LowerIsBetter => 1.0,
            Direction::HigherIsBetter => -1.0,
        };
        if let (Some(core), Some(pair)) = (core, self.evidence.first.last()) {
            let sides = [pair.baseline, pair.candidate];
            self.on_core
                .extend(sides.map(|value| (core, sign * value.ln())));
        }
    }
}

/// Takes the benchmarks in turn, so that a restless minute of the machine meets all of them.
fn observe(
    observed: &mut [Observed<'_>],
    side_by_side: &mut SideBySide,
    share: Duration,
    cancel: &Cancel,
    screen: &Screen,
) {
    let share_ms = milliseconds(share);
    let count = u32::try_from(observed.len()).unwrap_or(u32::MAX);
    let bar = TimeBar::new(screen, share.saturating_mul(count));
    while observed.iter().any(|one| !one.done(share_ms)) {
        for one in observed.iter_mut().filter(|one| !one.done(share_ms)) {
            bar.show(one.declaration.id.to_string());
            one.measure(side_by_side);
            if cancel.is_cancelled() {
                bar.close();
                return;
            }
        }
    }
    bar.close();
}

fn floors(observed: &[Observed<'_>], policy: &Policy) -> Vec<Floor> {
    let measured = observed.iter().filter_map(|one| {
        let (id, metric) = (one.evidence.id.clone(), one.evidence.metric.name.clone());
        Some(Floor::new(id, metric, one.floor()?, policy))
    });
    measured.collect()
}

fn cores(observed: &[Observed<'_>]) -> Vec<calibration::Core> {
    let mut costs = CoreCosts::default();
    for one in observed {
        costs.add(&one.on_core);
    }
    costs.relative()
}
