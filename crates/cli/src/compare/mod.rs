//! `fabench compare`: two versions measured side by side, or two saved results judged.

mod checkout;
mod count;
mod measure;
mod progress;
pub(crate) mod revision;
mod side;
pub(crate) mod sides;

use anyhow::bail;
use fabench_gate::{Comparison, Since, compare as compare_stored};
use fabench_record::{Baseline, Run, SCHEMA_VERSION};

use self::measure::{Chosen, Measuring};
use self::side::{Side, Version};
use crate::arguments::{CompareArguments, Counter};
use crate::build_suite::build_suite;
use crate::calibrate::{Known, trust};
use crate::config::{Config, FILE};
use crate::exit::Exit;
use crate::interrupt::cancel_on_signal;
use crate::judgement;
use crate::past;
use crate::profile;
use crate::screen::Screen;
use crate::source::{is_ancestor, source_of};

/// Carries out `fabench compare`.
pub(crate) fn compare(
    config: &Config,
    arguments: &CompareArguments,
    screen: &Screen,
) -> anyhow::Result<Exit> {
    let baseline = side::resolve(config, &arguments.baseline)?;
    let candidate = side::resolve(config, &arguments.candidate)?;
    let mut interrupted = false;
    let mut known = None;
    let mut comparison = match (baseline, candidate) {
        (Side::Saved(baseline), Side::Saved(candidate)) => {
            compare_stored(&as_baseline(*baseline), &candidate, &config.policy, None)
        }
        (Side::Version(baseline), Side::Version(candidate)) => {
            let cancel = cancel_on_signal()?;
            let sides = [
                build(config, baseline, screen)?,
                build(config, candidate, screen)?,
            ];
            let chosen = Chosen::of(config, arguments, &sides, &cancel)?;
            let mut comparison = match arguments.counter {
                Some(Counter::Instructions) => {
                    count::carry_out(&chosen, &sides, &config.policy, &cancel, screen)?
                }
                None => {
                    let measuring =
                        Measuring::new(chosen, &config.policy, arguments, &sides, &cancel);
                    known = Known::load(config, measuring.machine(), screen);
                    measuring.carry_out(known.as_ref(), screen)
                }
            };
            interrupted = cancel.is_cancelled();
            if arguments.gate.profile_on_regression && !interrupted {
                profile::explain_regressions(
                    &mut comparison,
                    [&sides[0], &sides[1]],
                    judgement::profiles(config, &arguments.gate),
                    &cancel,
                    screen,
                )?;
            }
            comparison
        }
        _ => bail!(
            "a saved result can only be compared with a saved result; name two revisions or executables to measure \
             them side by side, or use `fabench check`"
        ),
    };
    tell_since(config, &mut comparison, screen);
    judgement::excuse(&mut comparison, config, &arguments.gate, screen)?;
    judgement::present(config, &comparison, &arguments.gate, screen)?;
    if arguments.counter.is_none() {
        screen.print(&trust(known.as_ref(), &comparison));
    }
    judgement::print_verdict(&comparison, screen);
    Ok(if interrupted {
        Exit::Interrupted
    } else {
        judgement::exit(&comparison, &arguments.gate)
    })
}

/// A change counts that came with a commit of the candidate which the baseline has not.
fn tell_since(config: &Config, comparison: &mut Comparison, screen: &Screen) {
    let [baseline, candidate] =
        [&comparison.baseline, &comparison.candidate].map(|side| side.commit.clone());
    let (Some(baseline), Some(candidate)) = (baseline, candidate) else {
        return;
    };
    let between = |since: &Since| {
        since.commit.as_deref().is_some_and(|commit| {
            is_ancestor(&config.root, commit, &candidate)
                && !is_ancestor(&config.root, commit, &baseline)
        })
    };
    past::tell_since(config, comparison, None, &between, screen);
}

/// Both sides have the limit of today's configuration: it is about this machine, not about what is measured.
fn build(config: &Config, version: Version, screen: &Screen) -> anyhow::Result<sides::Built> {
    let built = build_version(config, version, screen)?;
    Ok(built.within(config.memory_limit))
}

fn build_version(
    config: &Config,
    version: Version,
    screen: &Screen,
) -> anyhow::Result<sides::Built> {
    match version {
        Version::Executable(path) => Ok(sides::Built::executable_at(path)),
        Version::Checkout(folder) => {
            let own = Config::load(Some(&folder.join(FILE)))?;
            let built = build_suite(&own.root, own.suite()?)?;
            Ok(sides::Built {
                source: source_of(&folder),
                ..built
            })
        }
        Version::Revision(commit) => {
            let checkout = source_of(&config.root);
            if checkout.dirty && checkout.commit.as_ref() == Some(&commit) {
                screen.warn(&format!(
                    "uncommitted changes are not measured: {} is what was committed; commit them, or name an executable",
                    &commit[..commit.len().min(10)]
                ));
            }
            screen.progress(&format!(
                "building the suite of {}",
                &commit[..commit.len().min(10)]
            ));
            revision::suite(config, &commit)
        }
    }
}

/// A saved run in the role of the baseline, without a history of its own.
fn as_baseline(run: Run) -> Baseline {
    let accepted_at = run.started_at.clone();
    Baseline {
        schema_version: SCHEMA_VERSION,
        accepted_at,
        forced: false,
        run,
        past_runs: Vec::new(),
    }
}
