//! Belief compression as a user meets it: the bound, exact cases, damage.

use active_inference::Real;
use active_inference::compression::{
    DecodeFault, EncodeFault, Encoder, MAX_STATES, decode, decode_batch, inspect, kl_divergence,
};
use proptest::prelude::*;

fn encoded<T: Real>(mut encoder: Encoder<T>, belief: &[T]) -> Vec<u8> {
    let mut bytes = Vec::new();
    encoder.encode(belief, &mut bytes).expect("a valid belief");
    bytes
}

fn round_trip<T: Real>(encoder: Encoder<T>, belief: &[T]) -> Vec<T> {
    let bytes = encoded(encoder, belief);
    let mut back = vec![T::ONE; belief.len()];
    assert_eq!(decode(&bytes, &mut back).expect("valid bytes"), bytes.len());
    back
}

/// Beliefs from flat to peaked, with zeros: each weight is u · 2^(−v), or zero.
fn beliefs() -> impl Strategy<Value = Vec<f64>> {
    let weight = (0.0f64..1.0, 0i32..60, prop::bool::weighted(0.8));
    (prop::collection::vec(weight, 1..300), 0i32..=60).prop_map(|(weights, steepness)| {
        let mut values: Vec<f64> = weights
            .iter()
            .map(|&(unit, octaves, kept)| {
                if kept {
                    unit * 0.5f64.powi(octaves * steepness / 60)
                } else {
                    0.0
                }
            })
            .collect();
        values[0] += 1e-3;
        let sum: f64 = values.iter().sum();
        values.iter_mut().for_each(|value| *value /= sum);
        values
    })
}

fn single(belief: &[f64]) -> Vec<f32> {
    belief.iter().map(|&p| p as f32).collect()
}

fn sum<T: Real>(belief: &[T]) -> f64 {
    belief.iter().map(|p| p.to_f64()).sum()
}

proptest! {
    #[test]
    fn the_bound_holds_and_the_result_is_normalised(belief in beliefs(), exponent in 0.0f64..8.0) {
        let nats = 10f64.powf(-exponent);
        let encoder = Encoder::with_bound(nats).expect("within limits");
        let back = round_trip(encoder, &belief);
        prop_assert!(kl_divergence(&belief, &back) <= nats);
        prop_assert!((sum(&back) - 1.0).abs() < 1e-12);

        let belief = single(&belief);
        let back = round_trip(Encoder::with_bound(nats).expect("within limits"), &belief);
        prop_assert!(kl_divergence(&belief, &back) <= nats);
        prop_assert!((sum(&back) - 1.0).abs() < 1e-5);
    }

    #[test]
    fn one_hot_and_uniform_beliefs_come_back_exactly(states in 1usize..3000, at in any::<prop::sample::Index>()) {
        let mut one_hot = vec![0.0f64; states];
        one_hot[at.index(states)] = 1.0;
        let uniform = vec![1.0 / states as f64; states];
        for belief in [one_hot, uniform] {
            prop_assert_eq!(&round_trip(Encoder::new(), &belief), &belief);
            // The f32 nearest to 1/n is 1/n in f32.
            prop_assert_eq!(round_trip(Encoder::new(), &single(&belief)), single(&belief));
        }
    }

    #[test]
    fn uniform_over_some_states_comes_back_exactly(members in prop::collection::vec(any::<bool>(), 1..400)) {
        let count = members.iter().filter(|&&member| member).count().max(1);
        let mut belief: Vec<f64> = members.iter().map(|&member| f64::from(u8::from(member)) / count as f64).collect();
        if sum(&belief) == 0.0 {
            belief[0] = 1.0;
        }
        prop_assert_eq!(round_trip(Encoder::new(), &belief), belief);
    }

    #[test]
    fn lossless_keeps_every_bit(belief in beliefs()) {
        let bits = |belief: &[f64]| belief.iter().map(|p| p.to_bits()).collect::<Vec<_>>();
        prop_assert_eq!(bits(&round_trip(Encoder::lossless(), &belief)), bits(&belief));
        let belief = single(&belief);
        let back = round_trip(Encoder::lossless(), &belief);
        prop_assert!(back.iter().zip(&belief).all(|(a, b)| a.to_bits() == b.to_bits()));
    }

    #[test]
    fn lossless_keeps_every_bit_of_few_values(
        values in prop::collection::vec(0.0f64..1.0, 1..20), picks in prop::collection::vec(any::<prop::sample::Index>(), 1..300)
    ) {
        let mut belief: Vec<f64> = picks.iter().map(|pick| *pick.get(&values)).collect();
        let total = sum(&belief);
        prop_assume!(total > 0.0);
        belief.iter_mut().for_each(|p| *p /= total);
        let bytes = encoded(Encoder::lossless(), &belief);
        prop_assert!(bytes.len() <= 16 + values.len() * 8 + belief.len());
        prop_assert_eq!(&round_trip(Encoder::lossless(), &belief), &belief);
        let belief = single(&belief);
        prop_assert_eq!(round_trip(Encoder::lossless(), &belief), belief);
    }

    #[test]
    fn truncated_or_damaged_frames_are_errors(
        belief in beliefs(), lossless: bool, cut in any::<prop::sample::Index>(), flip in 1u8..
    ) {
        let bytes = encoded(if lossless { Encoder::lossless() } else { Encoder::new() }, &belief);
        let mut back = vec![0.0f64; belief.len()];
        prop_assert!(decode(&bytes[..cut.index(bytes.len())], &mut back).is_err());
        let mut damaged = bytes.clone();
        damaged[cut.index(bytes.len())] ^= flip;
        prop_assert!(decode(&damaged, &mut back).is_err());
    }

    #[test]
    fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..80), first in 32u8..64, states in 0usize..200) {
        let mut back = vec![0.0f32; states];
        let _ = (decode(&bytes, &mut back), inspect(&bytes));
        // The same behind a first byte of the right version, which random bytes rarely start with.
        let led: Vec<u8> = [first].into_iter().chain(bytes).collect();
        let _ = (decode(&led, &mut back), inspect(&led));
    }

    #[test]
    fn batches_equal_their_beliefs_one_by_one(beliefs in prop::collection::vec(beliefs(), 1..6)) {
        let states = beliefs.iter().map(Vec::len).min().expect("not empty");
        let mut batch = Vec::new();
        for belief in &beliefs {
            let kept = &belief[..states];
            batch.extend(kept.iter().map(|p| p / sum(kept)));
        }
        let mut encoder = Encoder::new();
        let mut together = vec![0xaa];
        encoder.encode_batch(&batch, states, &mut together).expect("valid");
        let mut apart = vec![0xaa];
        for belief in batch.chunks(states) {
            encoder.encode(belief, &mut apart).expect("valid");
        }
        prop_assert_eq!(&together, &apart);

        let mut back = vec![0.0; batch.len()];
        prop_assert_eq!(decode_batch(&together[1..], states, &mut back).expect("valid"), together.len() - 1);
        for (belief, back) in batch.chunks(states).zip(back.chunks(states)) {
            prop_assert!(kl_divergence(belief, back) <= Encoder::<f64>::DEFAULT_BOUND_NATS);
        }
    }
}

#[test]
fn extreme_values_keep_their_support() {
    for least in [f64::MIN_POSITIVE, 5e-324, 1e-40] {
        let belief = [1.0, least, 0.0, least];
        let back = round_trip(Encoder::new(), &belief);
        assert!(kl_divergence(&belief, &back) <= 1e-4, "{back:?}");
    }
    let belief = [1.0f32, 1e-45, 0.0];
    assert!(kl_divergence(&belief, &round_trip(Encoder::new(), &belief)) <= 1e-4);
}

#[test]
fn sizes_of_simple_beliefs() {
    let mut one_hot = [0.0f32; 100];
    one_hot[42] = 1.0;
    assert_eq!(encoded(Encoder::new(), &one_hot).len(), 7);
    assert_eq!(encoded(Encoder::new(), &[0.01f32; 100]).len(), 5);
    assert_eq!(encoded(Encoder::lossless(), &one_hot).len(), 10);
    assert_eq!(encoded(Encoder::lossless(), &[0.01f32; 100]).len(), 9);
}

#[test]
fn what_is_no_belief_is_refused_and_leaves_the_output_alone() {
    let mut out = vec![7u8];
    let mut fault = |belief: &[f64]| {
        Encoder::new()
            .encode(belief, &mut out)
            .expect_err("invalid")
            .fault
    };
    assert_eq!(
        fault(&[]),
        EncodeFault::States {
            states: 0,
            max: MAX_STATES
        }
    );
    assert_eq!(
        fault(&[0.5, -0.5, 1.0]),
        EncodeFault::NotProbability {
            state: 1,
            value: -0.5
        }
    );
    assert!(matches!(
        fault(&[0.5, f64::NAN]),
        EncodeFault::NotProbability { state: 1, .. }
    ));
    assert!(matches!(
        fault(&[f64::INFINITY, 0.0]),
        EncodeFault::NotProbability { state: 0, .. }
    ));
    assert!(matches!(
        fault(&[0.5, 0.6]),
        EncodeFault::NotNormalised { .. }
    ));
    assert!(matches!(
        fault(&[0.0, 0.0]),
        EncodeFault::NotNormalised { .. }
    ));

    let mut encoder = Encoder::new();
    let error = encoder
        .encode_batch(&[1.0, 0.0, 0.3, 0.3], 2, &mut out)
        .expect_err("second is invalid");
    assert_eq!(error.belief, 1);
    let shape = encoder
        .encode_batch(&[1.0; 3], 2, &mut out)
        .expect_err("not a multiple")
        .fault;
    assert_eq!(
        shape,
        EncodeFault::BatchShape {
            values: 3,
            states: 2
        }
    );
    assert!(encoder.encode_batch(&[1.0], 0, &mut out).is_err());
    assert_eq!(out, [7]);

    for nats in [0.0, -1.0, f64::NAN, f64::INFINITY, 1e-9] {
        assert!(Encoder::<f32>::with_bound(nats).is_err(), "{nats}");
    }
}

#[test]
fn frames_tell_what_they_are() {
    let belief = [0.5f64, 0.25, 0.25];
    let lossy = inspect(&encoded(Encoder::new(), &belief)).expect("valid");
    assert!((lossy.states, lossy.lossless) == (3, false));
    let exact = encoded(Encoder::lossless(), &belief);
    assert!(inspect(&exact).expect("valid").lossless);

    let fault = decode(&exact, &mut [0.0f64; 4])
        .expect_err("four states")
        .fault;
    assert_eq!(
        fault,
        DecodeFault::States {
            expected: 4,
            found: 3
        }
    );
    let fault = decode(&exact, &mut [0.0f32; 3])
        .expect_err("holds f64")
        .fault;
    assert_eq!(fault, DecodeFault::Precision { found: "f64" });
    let shared = encoded(Encoder::lossless(), &[0.25f32; 4]);
    let fault = decode(&shared, &mut [0.0f64; 4])
        .expect_err("holds f32")
        .fault;
    assert_eq!(fault, DecodeFault::Precision { found: "f32" });
    let fault = decode(&[0xff; 9], &mut [0.0f32; 3])
        .expect_err("version 7")
        .fault;
    assert_eq!(fault, DecodeFault::Version { found: 7, known: 1 });
    let error = decode_batch(&[exact.clone(), vec![0]].concat(), 3, &mut [0.0f64; 6])
        .expect_err("second is no frame");
    assert_eq!(
        (error.belief, error.fault),
        (1, DecodeFault::Version { found: 0, known: 1 })
    );
    assert!(decode_batch(&exact, 3, &mut [0.0f64; 4]).is_err());
}
