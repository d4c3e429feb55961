//! What a writer knows of what it wrote. Invariant: a state is possible if the store acknowledged it last, or gave an unknown
//! outcome for it since.

use std::collections::BTreeSet;

use anyhow::ensure;
use freeagentics::store::{AgentRecord, StoreError, Written};
use tokio::time::Instant;

/// The steps at which a writer's agents may be.
#[derive(Debug)]
pub(super) struct Ledger {
    /// The last that was tried.
    pub(super) tried: u64,
    possible: BTreeSet<u64>,
    /// All that were acknowledged or found.
    pub(super) there: BTreeSet<u64>,
    /// Those of which nobody said.
    pub(super) unknown: BTreeSet<u64>,
    /// Calls that failed and said that nothing was changed.
    pub(super) failed: u64,
    pub(super) last_acknowledged: Instant,
}

impl Ledger {
    pub(super) fn new(step: u64) -> Self {
        Self {
            tried: step,
            possible: BTreeSet::from([step]),
            there: BTreeSet::new(),
            unknown: BTreeSet::new(),
            failed: 0,
            last_acknowledged: Instant::now(),
        }
    }

    /// Notes what became of the write that was tried last.
    pub(super) fn note(&mut self, outcome: Result<Written, StoreError>) -> anyhow::Result<()> {
        match outcome {
            Ok(_) => {
                self.possible = BTreeSet::from([self.tried]);
                self.there.insert(self.tried);
                self.last_acknowledged = Instant::now();
            }
            Err(StoreError::OutcomeUnknown { .. }) => {
                self.possible.insert(self.tried);
                self.unknown.insert(self.tried);
            }
            Err(error) => {
                expected(error)?;
                self.failed += 1;
            }
        }
        Ok(())
    }

    /// The least step that may be there.
    pub(super) fn least(&self) -> u64 {
        self.possible.first().copied().unwrap_or(0)
    }

    /// Judges what was read when no write was going on.
    pub(super) fn found(&mut self, agents: &[AgentRecord]) -> anyhow::Result<()> {
        let step = one_step(agents)?;
        ensure!(
            self.possible.contains(&step),
            "step {step} is there, but only one of {:?} can be",
            self.possible
        );
        // Whoever has read it relies on it.
        self.possible = BTreeSet::from([step]);
        if self.unknown.remove(&step) {
            self.there.insert(step);
        }
        Ok(())
    }
}

/// The step of agents that were written together.
pub(super) fn one_step(agents: &[AgentRecord]) -> anyhow::Result<u64> {
    let first = agents.first().map_or(0, |agent| agent.step);
    for found in agents {
        ensure!(
            *found == crate::records::agent(found.id, found.model, first),
            "agent {} is not as it was written at step {first}",
            found.id
        );
    }
    Ok(first)
}

/// Lets pass what a server in trouble may cause, with nothing changed.
pub(super) fn expected(error: StoreError) -> anyhow::Result<()> {
    use StoreError as E;
    match error {
        E::TimedOut { .. }
        | E::Lost { .. }
        | E::CannotOpen { .. }
        | E::PoolTimeout { .. }
        | E::Busy { .. } => Ok(()),
        other => Err(anyhow::Error::new(other).context("an error that no fault explains")),
    }
}
