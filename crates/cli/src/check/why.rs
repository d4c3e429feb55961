//! Profiles for a regression between two stored runs: their executables are built again from their commits.

use anyhow::{Context as _, bail};
use fabench_gate::Comparison;
use fabench_record::{Baseline, Run};

use crate::arguments::CheckArguments;
use crate::compare::revision;
use crate::compare::sides::Built;
use crate::config::Config;
use crate::interrupt::cancel_on_signal;
use crate::judgement;
use crate::own_suite::own_suite;
use crate::profile;
use crate::screen::Screen;

/// Profiles both sides of each regression, where both can be built; a failure is a warning, the verdict stands.
pub(super) fn explain(
    config: &Config,
    stored: &Baseline,
    run: &Run,
    comparison: &mut Comparison,
    arguments: &CheckArguments,
    screen: &Screen,
) {
    let explained = sides(config, stored, run, screen).and_then(|[before, now]| {
        profile::explain_regressions(
            comparison,
            [&before, &now],
            judgement::profiles(config, &arguments.gate),
            &cancel_on_signal()?,
            screen,
        )
    });
    if let Err(error) = explained {
        screen.warn(&format!("no profiles: {error:#}"));
    }
}

fn sides(
    config: &Config,
    stored: &Baseline,
    run: &Run,
    screen: &Screen,
) -> anyhow::Result<[Built; 2]> {
    let baseline = match (&stored.run.source.commit, stored.run.source.dirty) {
        (Some(commit), false) => {
            revision::suite(config, commit).context("the baseline's suite can't be built again")?
        }
        _ => bail!(
            "the baseline was measured on a state that is no commit; accept one of a clean checkout, or use \
             `fabench compare --profile-on-regression`"
        ),
    };
    let candidate = match (&run.source.commit, run.source.dirty) {
        (Some(commit), false) => {
            revision::suite(config, commit).context("the result's suite can't be built again")?
        }
        _ => own_suite(config, None, screen)?,
    };
    Ok([baseline, candidate].map(|side| side.within(config.memory_limit)))
}
