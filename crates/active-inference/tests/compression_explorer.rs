//! The target of belief compression: at least four times smaller than raw `f32` on beliefs an explorer really has.

mod compression_beliefs;

use active_inference::Real;
use active_inference::compression::{Encoder, decode_batch, kl_divergence};
use compression_beliefs::{STATES, explorer_beliefs};

/// Bytes of raw `f32` for each compressed byte, having checked every belief against the bound.
fn ratio<T: Real>() -> f64 {
    let beliefs: Vec<T> = explorer_beliefs(200, 1).expect("a sound model");
    let mut bytes = Vec::new();
    Encoder::new()
        .encode_batch(&beliefs, STATES, &mut bytes)
        .expect("valid beliefs");
    let mut back = vec![T::ZERO; beliefs.len()];
    decode_batch(&bytes, STATES, &mut back).expect("valid bytes");
    for (belief, back) in beliefs.chunks(STATES).zip(back.chunks(STATES)) {
        assert!(kl_divergence(belief, back) <= Encoder::<T>::DEFAULT_BOUND_NATS);
    }
    (beliefs.len() * size_of::<f32>()) as f64 / bytes.len() as f64
}

#[test]
fn explorers_after_fifty_steps_shrink_fourfold() {
    assert!(ratio::<f32>() >= 4.0, "{}", ratio::<f32>());
    assert!(ratio::<f64>() >= 4.0, "{}", ratio::<f64>());
}
