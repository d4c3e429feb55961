//! `memory_usage/agent_lifecycle`: resident bytes of live agents, and what stays when they are gone.

use std::sync::Arc;
use std::time::Duration;

use fabench_harness::{Bencher, Failure, ensure, resident_bytes};
use freeagentics::{Explorer, GridWorld, Runtime};

const AGENTS: usize = 10_000;
const STEPS_EACH: usize = 10;
/// Agent steps of one iteration.
pub(super) const STEPS: usize = AGENTS * STEPS_EACH;
const PATIENCE: Duration = Duration::from_secs(60);

pub(super) fn measure(b: &mut Bencher) -> Result<(), Failure> {
    let grid = GridWorld::informative(10, 10)?;
    let resident =
        || resident_bytes().ok_or("the system does not tell how much memory is resident");
    // Once in the fresh process: later lives would be built from memory that the allocator kept.
    let before = resident()?;
    let life = Life::begin(&grid)?;
    life.step()?;
    let alive = resident()?;
    life.end()?;
    let after = resident()?;
    b.report(
        "bytes_per_agent",
        alive.saturating_sub(before) as f64 / AGENTS as f64,
    );
    b.report("bytes_left", after.saturating_sub(before) as f64);

    b.try_iter(|| -> Result<(), Failure> {
        let life = Life::begin(&grid)?;
        life.step()?;
        life.end()
    })
}

/// A population from its creation to its end.
struct Life {
    runtime: Runtime,
}

impl Life {
    fn begin(grid: &Arc<GridWorld>) -> Result<Self, Failure> {
        let runtime = Runtime::builder().start()?;
        let grid = Arc::clone(grid);
        runtime
            .spawn_many(AGENTS, move |id| Explorer::new(&grid, id.number()))?
            .wait()?;
        Ok(Self { runtime })
    }

    fn step(&self) -> Result<(), Failure> {
        for _ in 0..STEPS_EACH {
            let report = self.runtime.step_all().wait()?;
            ensure(report.agents == AGENTS, || {
                format!("{} of {AGENTS} agents stepped", report.agents)
            })?;
        }
        Ok(())
    }

    fn end(self) -> Result<(), Failure> {
        self.runtime.shutdown(PATIENCE)?;
        Ok(())
    }
}
