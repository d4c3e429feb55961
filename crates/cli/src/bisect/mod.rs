//! `fabench bisect`: which commit made a benchmark slower, by the same decisions as `fabench compare`.
//!
//! Each commit that is tried is measured side by side with the fast one. What can't be built or decided is skipped,
//! and said; the answer then names all commits that it may be.

mod commits;
mod measure;

use fabench_gate::{BenchmarkComparison, CommitState, Step, Verdict, bisect as next_step};
use fabench_report::percent_change;

use self::commits::Commit;
use self::measure::{Measuring, Suite, state};
use crate::arguments::BisectArguments;
use crate::config::Config;
use crate::exit::{Exit, Interrupted, UsageError};
use crate::interrupt::cancel_on_signal;
use crate::screen::Screen;
use crate::suggest::did_you_mean;

/// Carries out `fabench bisect`.
pub(crate) fn bisect(
    config: &Config,
    arguments: &BisectArguments,
    screen: &Screen,
) -> anyhow::Result<Exit> {
    let commits = commits::between(&config.root, &arguments.good, &arguments.bad)?;
    let [good, .., bad] = commits.as_slice() else {
        return Err(UsageError("there is no commit between the two".into()).into());
    };
    let cancel = cancel_on_signal()?;
    screen.progress(&format!(
        "building {} and {}",
        good.in_words(),
        bad.in_words()
    ));
    let good_suite = Suite::of(config, good, &cancel)?;
    let bad_suite = Suite::of(config, bad, &cancel)?;
    let measuring = Measuring {
        config,
        good: good_suite,
        time: arguments.max_time,
        seed: arguments.seed,
        cancel: &cancel,
    };
    let Some(slow) = slow_benchmark(&measuring, &bad_suite, arguments, screen)? else {
        return Ok(Exit::Undecided);
    };
    tell(screen, bad, &slow);

    let mut states = vec![CommitState::Unknown; commits.len()];
    states[0] = CommitState::Good;
    states[commits.len() - 1] = CommitState::Bad;
    let mut search = Search {
        config,
        measuring,
        commits: &commits,
        states,
        screen,
    };
    loop {
        match next_step(&search.states) {
            Step::Measure(index) => search.measure(index, slow.id.as_str())?,
            step => return Ok(conclude(step, &commits, slow.id.as_str(), screen)),
        }
    }
}

/// A search under way.
struct Search<'a> {
    config: &'a Config,
    measuring: Measuring<'a>,
    commits: &'a [Commit],
    states: Vec<CommitState>,
    screen: &'a Screen,
}

impl Search<'_> {
    /// Finds out the state of one commit.
    fn measure(&mut self, index: usize, benchmark: &str) -> anyhow::Result<()> {
        let commit = &self.commits[index];
        let cancel = self.measuring.cancel;
        self.screen
            .progress(&format!("building {}", commit.in_words()));
        let built = Suite::of(self.config, commit, cancel);
        if cancel.is_cancelled() {
            return Err(Interrupted.into());
        }
        self.states[index] = match built {
            Err(error) => {
                self.screen
                    .print(&format!("{}: skipped, {error:#}\n", commit.in_words()));
                CommitState::Skipped
            }
            Ok(suite) => match self.measuring.compare(&suite, benchmark) {
                Some(entry) => {
                    tell(self.screen, commit, &entry);
                    state(entry.verdict)
                }
                None => return Err(Interrupted.into()),
            },
        };
        Ok(())
    }
}

/// The benchmark to look for, as the slow commit has it; `None`, and said, if nothing is slower there.
fn slow_benchmark(
    measuring: &Measuring<'_>,
    bad: &Suite,
    arguments: &BisectArguments,
    screen: &Screen,
) -> anyhow::Result<Option<BenchmarkComparison>> {
    let offered = &measuring.good.offer.benchmarks;
    let known = || offered.iter().map(|one| one.id.as_str());
    let wanted: Vec<&str> = match &arguments.benchmark {
        Some(id) if known().any(|one| one == id) => vec![id],
        Some(id) => {
            let hint = did_you_mean(id, known());
            return Err(UsageError(format!("GOOD has no benchmark `{id}`{hint}")).into());
        }
        None => known().collect(),
    };
    let mut slowest: Option<BenchmarkComparison> = None;
    let cost = |entry: &BenchmarkComparison| entry.ratio.map_or(0.0, |ratio| ratio.estimate);
    for id in wanted {
        screen.progress(&format!("measuring {id} of GOOD and BAD"));
        let entry = measuring.compare(bad, id);
        if measuring.cancel.is_cancelled() {
            return Err(Interrupted.into());
        }
        let Some(entry) = entry else { continue };
        if state(entry.verdict) != CommitState::Bad {
            screen.print(&format!(
                "{id}: {} from GOOD to BAD, {}\n",
                entry.verdict, entry.reason
            ));
        } else if slowest
            .as_ref()
            .is_none_or(|other| cost(other) < cost(&entry))
        {
            slowest = Some(entry);
        }
    }
    if slowest.is_none() {
        let text = "nothing to find: BAD is not slower than GOOD, as far as could be decided";
        screen.print(&format!("{}\n", screen.style().notice(text)));
    }
    Ok(slowest)
}

/// A line for a commit that was measured.
fn tell(screen: &Screen, commit: &Commit, entry: &BenchmarkComparison) {
    let measured = match (entry.verdict, entry.ratio) {
        (Verdict::Failed | Verdict::Missing | Verdict::NotComparable | Verdict::New, _)
        | (_, None) => entry.reason.clone(),
        (_, Some(ratio)) => format!(
            "{} ({} … {})",
            percent_change(ratio.estimate),
            percent_change(ratio.lower),
            percent_change(ratio.upper)
        ),
    };
    let skipped = match state(entry.verdict) {
        CommitState::Skipped => "skipped, ",
        _ => "",
    };
    screen.print(&format!(
        "{}: {skipped}{} {measured}\n",
        commit.in_words(),
        entry.verdict
    ));
}

/// Says what the search has come to.
fn conclude(step: Step, commits: &[Commit], benchmark: &str, screen: &Screen) -> Exit {
    let style = screen.style();
    let (text, exit) = match step {
        Step::Found(index) => (
            style.good(&format!(
                "found: {benchmark} is slower since {}",
                commits[index].in_words()
            )),
            Exit::Pass,
        ),
        Step::OneOf(first, last) => {
            for commit in &commits[first..=last] {
                screen.print(&format!("may be {}\n", commit.in_words()));
            }
            let count = last - first + 1;
            (
                style.notice(&format!(
                    "narrowed down: {benchmark} is slower since one of {count} commits; the others were skipped"
                )),
                Exit::Undecided,
            )
        }
        Step::Contradiction { bad, good } => (
            style.notice(&format!(
                "no single commit: {benchmark} is slow in {} and fast again in {}",
                commits[bad].in_words(),
                commits[good].in_words()
            )),
            Exit::Undecided,
        ),
        Step::NothingToFind | Step::Measure(_) => (
            style.notice(&format!("nothing to find for {benchmark}")),
            Exit::Undecided,
        ),
    };
    screen.print(&format!("{text}\n"));
    exit
}
