//! `inference/*`: full steps of active-inference agents (state inference, policy evaluation, action).

use std::sync::Arc;

use active_inference::{Agent, Error, Model, Workspace, models};
use fabench_harness::{Bencher, Benchmark, Failure, Suite, ensure};

use crate::explorers::{informative_model, rollout};

/// Steps that are recorded once and then played again and again.
const RECORDED: usize = 1_000;

pub(crate) fn add(suite: Suite) -> Suite {
    let step = "belief update, policy evaluation and action of an explorer on a 10 x 10 grid, f64";
    let multi = "the same with 3 factors, 3 modalities, policy length 3 (216 policies), f64";
    suite
        .add(
            Benchmark::new("inference/step", step)
                .single_threaded()
                .primary_cpu_time()
                .exact_allocations(),
            |b| measure(b, informative_model::<f64>()?),
        )
        .add(
            Benchmark::new("inference/multi_factor", multi)
                .single_threaded()
                .primary_cpu_time()
                .exact_allocations(),
            |b| measure(b, Arc::new(models::three_factors::<f64>(3, 7)?)),
        )
}

/// Measures single steps on recorded observations, then checks that they lead to the recorded actions.
fn measure(b: &mut Bencher, model: Arc<Model<f64>>) -> Result<(), Failure> {
    let recorded = rollout(&model, RECORDED, 1)?;
    let mut workspace = Workspace::for_model(&model);
    let mut agent = Agent::new(Arc::clone(&model));
    let mut observations = recorded.observations.iter().cycle();
    b.try_iter(|| -> Result<usize, Error> {
        let observation = observations.next().map_or(&[][..], Vec::as_slice);
        Ok(agent.step(&mut workspace, observation)?[0])
    })?;

    let mut again = Agent::new(model);
    for (observation, expected) in recorded.observations.iter().zip(&recorded.actions) {
        let actions = again.step(&mut workspace, observation)?;
        ensure(actions == expected.as_slice(), || {
            format!("chose {actions:?}, the recorded run chose {expected:?}")
        })?;
    }
    let sum: f64 = agent.beliefs(0).iter().sum();
    ensure((sum - 1.0).abs() < 1e-9, || {
        format!("the beliefs sum to {sum}")
    })
}
