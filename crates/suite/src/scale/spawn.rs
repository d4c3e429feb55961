//! `agent_spawn/million`.

use std::sync::Arc;
use std::time::{Duration, Instant};

use fabench_harness::{Bencher, Failure, ensure, resident_bytes};
use freeagentics::{Explorer, GridWorld, Runtime};

pub(super) const AGENTS: usize = 1_000_000;
const PATIENCE: Duration = Duration::from_secs(60);

pub(super) fn measure(b: &mut Bencher) -> Result<(), Failure> {
    let grid = GridWorld::informative(10, 10)?;
    // Only the first population is made of fresh memory; later ones use what the allocator kept.
    let mut before =
        Some(resident_bytes().ok_or("the system does not tell how much memory is resident")?);
    let mut fresh_bytes = None;
    b.iter_custom(|iterations| {
        let mut total = Duration::ZERO;
        for _ in 0..iterations {
            let runtime = Runtime::builder().start()?;
            let mine = Arc::clone(&grid);
            let start = Instant::now();
            let spawned = runtime
                .spawn_many(AGENTS, move |id| Explorer::new(&mine, id.number()))?
                .wait()?;
            total += start.elapsed();
            ensure(spawned.len() == AGENTS, || {
                format!("{} of {AGENTS} agents were created", spawned.len())
            })?;
            if let (Some(before), Some(now)) = (before.take(), resident_bytes()) {
                fresh_bytes = Some(now.saturating_sub(before) as f64 / AGENTS as f64);
            }
            runtime.shutdown(PATIENCE)?;
        }
        Ok::<_, Failure>(total)
    })?;
    // Reported here: what is reported during warm-up is dropped.
    b.report(
        "bytes_per_agent",
        fresh_bytes.ok_or("no population was measured")?,
    );
    Ok(())
}
