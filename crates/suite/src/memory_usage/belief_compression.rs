//! `memory_usage/belief_compression`: beliefs that explorers really have, made small and made whole again.

use std::sync::Arc;
use std::time::Instant;

use active_inference::compression::{Encoder, decode_batch, kl_divergence};
use active_inference::{Agent, Workspace};
use fabench_harness::{Bencher, Failure, Stopwatch, ensure};

use crate::explorers::{informative_model, rollout};

/// Beliefs of one iteration.
pub(super) const BELIEFS: usize = 1_000;
/// Steps that each explorer has made.
const STEPS: usize = 50;
/// What the encoder promises by default.
const BOUND_NATS: f64 = 1e-4;

pub(super) fn measure(b: &mut Bencher) -> Result<(), Failure> {
    let (states, beliefs) = beliefs_after_steps()?;
    let mut encoder = Encoder::<f32>::new();
    let mut bytes = Vec::new();
    let mut restored = vec![0.0_f32; beliefs.len()];
    let reporter = b.reporter();
    b.iter_custom(|iterations| {
        let watch = Stopwatch::start();
        for _ in 0..iterations {
            bytes.clear();
            let start = Instant::now();
            encoder.encode_batch(&beliefs, states, &mut bytes)?;
            let encoded = start.elapsed();
            decode_batch(&bytes, states, &mut restored)?;
            let whole = start.elapsed();
            reporter.report("compress_time", encoded.as_nanos() as f64 / BELIEFS as f64);
            reporter.report(
                "restore_time",
                (whole - encoded).as_nanos() as f64 / BELIEFS as f64,
            );
        }
        Ok::<_, Failure>(watch.stop())
    })?;

    let worst = beliefs
        .chunks(states)
        .zip(restored.chunks(states))
        .map(|(p, q)| kl_divergence(p, q))
        .fold(0.0, f64::max);
    b.report(
        "compression_ratio",
        size_of_val(beliefs.as_slice()) as f64 / bytes.len() as f64,
    );
    b.report("error", worst);
    ensure(worst <= BOUND_NATS, || {
        format!("a restored belief is {worst} nats off, more than {BOUND_NATS}")
    })
}

/// The beliefs of [`BELIEFS`] explorers, one after the other, and how many states each is over.
fn beliefs_after_steps() -> Result<(usize, Vec<f32>), Failure> {
    let model = informative_model::<f32>()?;
    let mut workspace = Workspace::for_model(&model);
    let mut beliefs = Vec::new();
    for seed in 0..BELIEFS {
        let recorded = rollout(&model, STEPS, seed as u64)?;
        let mut agent = Agent::new(Arc::clone(&model));
        for observation in &recorded.observations {
            agent.step(&mut workspace, observation)?;
        }
        beliefs.extend_from_slice(agent.beliefs(0));
    }
    Ok((beliefs.len() / BELIEFS, beliefs))
}
