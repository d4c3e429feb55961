//! Findings that are known and let pass: benchmarks muted for a while, and slow-downs accepted once.
//!
//! Invariant: an excuse never changes a verdict; it is written beside it, and only [`Overall`] looks away.

use fabench_record::BenchmarkId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::comparison::{BenchmarkComparison, Comparison, Overall};
use crate::policy::{Mute, Pattern, Policy};

/// Why a finding is let pass.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Excuse {
    /// Policy mutes the benchmark.
    Muted {
        /// Why.
        reason: String,
        /// Last day of the mute, `YYYY-MM-DD`.
        until: String,
    },
    /// A person accepted this change.
    Accepted {
        /// Why.
        reason: String,
    },
}

/// A change that a person accepted, such as by the commit trailer `Perf-Accept: BENCHMARK reason`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acceptance {
    /// The benchmarks it holds for.
    pub benchmark: Pattern,
    /// Why.
    pub reason: String,
}

/// Why a trailer's value is no acceptance.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AcceptanceError {
    /// No benchmark is named.
    #[error("`Perf-Accept:` names no benchmark; write `Perf-Accept: BENCHMARK reason`")]
    NoBenchmark,
    /// No reason is given.
    #[error("`Perf-Accept: {0}` gives no reason; write `Perf-Accept: {0} reason`")]
    NoReason(
        /// What was named.
        String,
    ),
}

impl Acceptance {
    /// Reads the value of a trailer: a benchmark or pattern, then a reason.
    ///
    /// # Errors
    /// [`AcceptanceError`] if either is missing.
    pub fn parse(value: &str) -> Result<Self, AcceptanceError> {
        let value = value.trim();
        let (benchmark, reason) = value.split_once(char::is_whitespace).unwrap_or((value, ""));
        if benchmark.is_empty() {
            return Err(AcceptanceError::NoBenchmark);
        }
        let reason = reason.trim();
        if reason.is_empty() {
            return Err(AcceptanceError::NoReason(benchmark.to_owned()));
        }
        Ok(Self {
            benchmark: Pattern::new(benchmark),
            reason: reason.to_owned(),
        })
    }
}

impl Comparison {
    /// Marks what is muted on `today` (`YYYY-MM-DD`) and what was accepted, and takes the overall verdict anew.
    ///
    /// Returns the mutes of the policy that have expired: they excuse nothing and ought to be reported.
    pub fn excuse<'a>(
        &mut self,
        policy: &'a Policy,
        accepted: &[Acceptance],
        today: &str,
    ) -> Vec<&'a Mute> {
        let (active, expired): (Vec<&Mute>, Vec<&Mute>) =
            policy.mutes.iter().partition(|mute| mute.is_active(today));
        for entry in &mut self.benchmarks {
            entry.excuse = excuse_for(entry, &active, accepted);
        }
        self.overall = Overall::of(&self.benchmarks);
        expired
    }
}

fn excuse_for(
    entry: &BenchmarkComparison,
    mutes: &[&Mute],
    accepted: &[Acceptance],
) -> Option<Excuse> {
    let applies = |pattern: &Pattern, id: &BenchmarkId| pattern.matches(id.as_str());
    let accepted = accepted
        .iter()
        .find(|one| applies(&one.benchmark, &entry.id))
        .map(|one| Excuse::Accepted {
            reason: one.reason.clone(),
        });
    let muted = mutes
        .iter()
        .find(|mute| applies(&mute.benchmark, &entry.id))
        .map(|mute| Excuse::Muted {
            reason: mute.reason().to_owned(),
            until: mute.until().to_owned(),
        });
    accepted.filter(|_| entry.verdict.is_flag()).or(muted)
}

#[cfg(test)]
mod tests {
    use fabench_record::Metric;

    use super::*;
    use crate::judge::Verdict;
    use crate::stored::compare;
    use crate::stored::fixture::{baseline, benchmark, run};

    fn regression() -> Comparison {
        let side = |value: f64| {
            let metric = Metric::wall_time();
            run("r", vec![benchmark("a/b", metric, &[value; 6])])
        };
        compare(&baseline(side(1e3)), &side(1e4), &Policy::default(), None)
    }

    #[test]
    fn a_mute_holds_until_its_last_day() {
        let policy: Policy = toml::from_str(
            "[[mute]]\nbenchmark = 'a/*'\nreason = 'issue 12'\nuntil = '2026-12-31'",
        )
        .unwrap();
        let mut found = regression();
        assert!(found.excuse(&policy, &[], "2026-12-31").is_empty());
        assert_eq!(found.overall.verdict, None);
        assert_eq!(found.overall.excused, 1);
        assert_eq!(found.benchmarks[0].verdict, Verdict::Regression);
        assert_eq!(found.excuse(&policy, &[], "2027-01-01").len(), 1);
        assert_eq!(found.overall.verdict, Some(Verdict::Regression));
        assert_eq!(found.benchmarks[0].excuse, None);
    }

    #[test]
    fn an_accepted_slow_down_becomes_a_note() {
        let accepted = Acceptance::parse(" a/b  now checks signatures").unwrap();
        let mut found = regression();
        found.excuse(&Policy::default(), &[accepted], "2026-11-23");
        assert_eq!(
            found.benchmarks[0].excuse,
            Some(Excuse::Accepted {
                reason: "now checks signatures".into()
            })
        );
        assert_eq!(found.with(Verdict::Regression).count(), 0);
        assert_eq!(Acceptance::parse(" "), Err(AcceptanceError::NoBenchmark));
        assert!(matches!(
            Acceptance::parse("a/b "),
            Err(AcceptanceError::NoReason(_))
        ));
    }
}
