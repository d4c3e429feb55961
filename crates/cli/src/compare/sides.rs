//! Two suite executables and the benchmarks that they share.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, anyhow};
use fabench_gate::{Identity, PairedEvidence, Policy, Verdict, between_benchmarks};
use fabench_harness::environment::machine_class;
use fabench_harness::protocol::Declaration;
use fabench_harness::runner::{Executable, Limits, Offer};
use fabench_record::{Benchmark, Metric, Outcome, Source, Suite};

use crate::config::{CommandConfig, MemoryLimit};

/// A suite that is ready to be measured, and the commit it was built from, if known.
#[derive(Debug)]
pub(crate) struct Built {
    /// The suite's executable, or the folder of its command.
    pub(crate) path: PathBuf,
    pub(crate) source: Source,
    /// How its process is started.
    pub(crate) executable: Executable,
    /// How long it may keep the tool waiting, and how much memory it may hold.
    pub(crate) limits: Limits,
}

impl Built {
    /// A suite executable.
    pub(crate) fn executable_at(path: PathBuf) -> Self {
        Self {
            executable: Executable::new(&path),
            path,
            source: Source::default(),
            limits: Limits::default(),
        }
    }

    /// The suite that `command` is in the checkout at `root`: fabench starts itself as its worker.
    pub(crate) fn command(root: &Path, command: &CommandConfig) -> anyhow::Result<Self> {
        let tool = std::env::current_exe().context("fabench can't find its own executable")?;
        let root = root
            .canonicalize()
            .with_context(|| format!("{} can't be found", root.display()))?;
        let worker = command
            .suite(&root)
            .worker(&tool)
            .map_err(|failure| anyhow!("the command can't be passed on: {failure}"))?;
        Ok(Self {
            path: root,
            source: Source::default(),
            executable: worker,
            limits: Limits {
                reply: command.timeout(),
                ..Limits::default()
            },
        })
    }

    /// The same, in at most that much memory where a limit is configured.
    #[must_use]
    pub(crate) fn within(mut self, memory_limit: Option<MemoryLimit>) -> Self {
        if let Some(limit) = memory_limit {
            self.limits.memory_bytes = limit.bytes();
        }
        self
    }

    /// How its process is started.
    pub(crate) fn executable(&self) -> Executable {
        self.executable.clone()
    }

    /// How long it may keep the tool waiting, and how much memory it may hold.
    pub(crate) fn limits(&self) -> Limits {
        self.limits
    }

    /// Who stands on this side of the report.
    pub(crate) fn identity(&self, offer: &Offer, started_at: &str) -> Identity {
        let name = self
            .source
            .commit
            .clone()
            .unwrap_or_else(|| self.path.display().to_string());
        Identity {
            run: name,
            started_at: started_at.to_owned(),
            commit: self.source.commit.clone(),
            dirty: false,
            suite: Suite {
                name: offer.hello.suite.clone(),
                version: offer.hello.version.clone(),
            },
            machine: machine_class(&offer.hello.toolchain, &offer.hello.allocator),
            quick: false,
            partial: false,
        }
    }
}

/// One entry for each primary metric, and each that policy names, of either side; what can't be measured on both has
/// its obstacle.
pub(crate) fn evidence(
    old: &[Declaration],
    new: &[Declaration],
    policy: &Policy,
) -> Vec<PairedEvidence> {
    let mut all = Vec::new();
    for declaration in new {
        let before = old.iter().find(|before| before.id == declaration.id);
        all.extend(judged(declaration, policy).map(|mut evidence| {
            evidence.obstacle = obstacle(before, declaration, &evidence);
            evidence
        }));
    }
    for declaration in old
        .iter()
        .filter(|old| !new.iter().any(|new| new.id == old.id))
    {
        all.extend(judged(declaration, policy).map(|mut evidence| {
            evidence.obstacle = Some((
                Verdict::Missing,
                "the baseline has it, the candidate has not".into(),
            ));
            evidence
        }));
    }
    all
}

fn judged<'a>(
    declaration: &'a Declaration,
    policy: &'a Policy,
) -> impl Iterator<Item = PairedEvidence> + 'a {
    let id = &declaration.id;
    let metrics = declaration.metrics.iter();
    metrics
        .filter(move |metric| metric.name == declaration.primary || policy.judges(id, &metric.name))
        .map(move |metric| {
            let judged = Metric {
                direction: policy.direction(id, metric),
                ..metric.clone()
            };
            let primary = metric.name == declaration.primary;
            PairedEvidence {
                parameters: declaration.parameters.clone(),
                ..PairedEvidence::new(id.clone(), judged, primary)
            }
        })
}

fn obstacle(
    before: Option<&Declaration>,
    now: &Declaration,
    evidence: &PairedEvidence,
) -> Option<(Verdict, String)> {
    let Some(before) = before else {
        return Some((Verdict::New, "the baseline does not have it".into()));
    };
    let (old, new) = (empty(before), empty(now));
    let Some(old_metric) = old.metric(&evidence.metric.name) else {
        let name = &evidence.metric.name;
        return Some((
            Verdict::NotComparable,
            format!("the baseline does not measure `{name}` here"),
        ));
    };
    let differences = between_benchmarks((&old, old_metric), (&new, &evidence.metric));
    let words: Vec<_> = differences.iter().map(ToString::to_string).collect();
    (!words.is_empty()).then(|| (Verdict::NotComparable, words.join("; ")))
}

fn empty(declaration: &Declaration) -> Benchmark {
    declaration.record(Outcome::Measured, Vec::new())
}
