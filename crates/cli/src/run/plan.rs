//! From what was typed to what is measured.

use std::time::Duration;

use fabench_harness::protocol::Declaration;
use fabench_harness::runner::{Limits, Plan};

use crate::arguments::RunArguments;

/// The quick or the full plan, with what was typed in place of its defaults.
pub(crate) fn plan(benchmarks: Vec<Declaration>, limits: Limits, arguments: &RunArguments) -> Plan {
    let mut plan = if arguments.quick {
        Plan::quick(benchmarks)
    } else {
        Plan::full(benchmarks)
    };
    plan.limits = limits;
    let effort = &arguments.effort;
    if let Some(rounds) = effort.min_rounds {
        plan.min_rounds = rounds.get();
    }
    if let Some(time) = effort.max_time {
        plan.max_time = time;
    }
    if let Some(warmup) = effort.warmup {
        plan.sampling.warmup_ns = nanoseconds(warmup);
    }
    if let Some(launches) = effort.launches {
        plan.launches = launches.get();
    }
    if let Some(timeout) = effort.timeout {
        plan.limits.reply = timeout;
    }
    // A longer measuring time or warm-up must not run into the limit that catches hanging suites.
    plan.limits.reply += plan.max_time + Duration::from_nanos(plan.sampling.warmup_ns);
    plan
}

fn nanoseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}
