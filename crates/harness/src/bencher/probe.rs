//! Open-loop latency beside a closed-loop time: a probe after the rounds.
//!
//! The rounds say what one request costs, robustly; the probe says what a user waits when requests come on a
//! schedule of their own. Invariant: a probe reports values and never touches the rounds.

use std::time::Duration;

use fabench_record::LaunchKind;

use super::open_loop::{LATENCY, issue};
use super::{Bencher, OpenLoop, Schedule};
use crate::failure::{Failure, ensure};

impl Bencher {
    /// After the measuring call: issues the load once per timed launch and reports every latency as a value of
    /// the metric `latency`; see [`Self::open_loop`]. Nothing happens in counting launches, nor where no latency is
    /// judged.
    ///
    /// # Errors
    /// The first error of a request, or a load of zero.
    pub fn probe<E: Into<Failure>>(
        &mut self,
        load: OpenLoop,
        request: impl Fn(u64) -> Result<(), E> + Sync,
    ) -> Result<(), Failure> {
        self.probe_with(load, |schedule| issue(load.threads, schedule, &request))
    }

    /// Like [`Self::probe`] for asynchronous requests; see [`Self::open_loop_with`].
    ///
    /// # Errors
    /// An error of `round`, a load of zero, or fewer or more latencies than requests.
    pub fn probe_with<E: Into<Failure>>(
        &mut self,
        load: OpenLoop,
        round: impl FnOnce(Schedule) -> Result<Vec<Duration>, E>,
    ) -> Result<(), Failure> {
        load.check()?;
        if self.session.mode() != LaunchKind::Timed || !self.session.probes() {
            return Ok(());
        }
        let schedule = load.begin(load.requests);
        let latencies = round(schedule).map_err(Into::into)?;
        ensure(latencies.len() as u64 == load.requests, || {
            format!(
                "{} latencies for {} requests",
                latencies.len(),
                load.requests
            )
        })?;
        let values = latencies.iter().map(|latency| latency.as_nanos() as f64);
        self.reporter().report_all(LATENCY, values);
        Ok(())
    }
}
