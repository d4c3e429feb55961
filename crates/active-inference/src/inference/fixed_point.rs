//! Fixed-point iteration on one observation (pymdp `algos/fpi.py:run_vanilla_fpi`).
//!
//! Invariant: reproduces pymdp's schedule: uniform start, Jacobi sweeps, at most ten, stopping when the free energy
//! moves by less than 0.001. Two identities save the transcendental functions without changing a number beyond rounding:
//! with one factor softmax(ln(L + eps) + ln(p + eps)) is (L + eps)(p + eps) / Z and the free energy is -ln Z; with
//! several, sum q ln q - sum q (m + ln p) is minus the log normaliser of the softmax that made q.

use super::{MAX_SWEEPS, joint_likelihood, marginal, outer};
use crate::math::LANES;
use crate::math::kernels::{block_sum, sum};
use crate::math::simd::multiversion;
use crate::math::softmax::softmax_in_place;
use crate::model::Model;
use crate::model::layout::Layout;
use crate::real::Real;

/// Free energies along the way.
#[derive(Debug, Clone)]
pub(crate) struct Trace<T> {
    /// At the uniform start (without accuracy, several factors only), then after each sweep.
    pub(crate) values: [T; MAX_SWEEPS + 1],
    /// Sweeps done; 0 with one factor.
    pub(crate) sweeps: usize,
    /// Free energy of the posterior.
    pub(crate) last: T,
}

impl<T: Real> Trace<T> {
    pub(crate) const EMPTY: Self = Self {
        values: [T::ZERO; MAX_SWEEPS + 1],
        sweeps: 0,
        last: T::ZERO,
    };
}

/// Buffers of one inference.
pub(crate) struct Buffers<'a, T> {
    /// Prior of each factor, flat.
    pub(crate) prior: &'a [T],
    /// ln(prior + eps), flat.
    pub(crate) log_prior: &'a mut [T],
    /// Messages, flat.
    pub(crate) message: &'a mut [T],
    /// Joint likelihood, then its logarithm, padded.
    pub(crate) joint: &'a mut [T],
    /// Expected log-likelihood J, padded.
    pub(crate) expected: &'a mut [T],
    pub(crate) trace: &'a mut Trace<T>,
}

multiversion! {
    /// Posterior of the prior in `buffers` and `observation`, into flat `beliefs`.
    pub(crate) fn infer = infer_body(model: &Model<T>, observation: &[usize], buffers: Buffers<'_, T>, beliefs: &mut [T])
}

#[inline(always)]
fn infer_body<T: Real, const FMA: bool>(
    model: &Model<T>,
    observation: &[usize],
    buffers: Buffers<'_, T>,
    beliefs: &mut [T],
) {
    joint_likelihood(&model.a, observation, buffers.joint);
    if model.layout.factors() == 1 {
        let evidence = bayes(buffers.joint, buffers.prior, beliefs);
        *buffers.trace = Trace {
            last: -evidence.ln_fast(),
            ..Trace::EMPTY
        };
    } else {
        iterate(&model.layout, buffers, beliefs);
    }
}

/// One factor: `out = (l + eps)(p + eps) / Z`; returns Z.
#[inline(always)]
fn bayes<T: Real>(likelihood: &[T], prior: &[T], out: &mut [T]) -> T {
    let n = prior.len();
    let (l, l_rest) = likelihood[..n].as_chunks::<LANES>();
    let (p, p_rest) = prior.as_chunks::<LANES>();
    let (q, q_rest) = out.as_chunks_mut::<LANES>();
    let mut acc = [T::ZERO; LANES];
    for ((l, p), q) in l.iter().zip(p).zip(q) {
        for i in 0..LANES {
            q[i] = (l[i] + T::EPS) * (p[i] + T::EPS);
            acc[i] += q[i];
        }
    }
    let mut z = block_sum(acc);
    for ((l, p), q) in l_rest.iter().zip(p_rest).zip(q_rest) {
        *q = (*l + T::EPS) * (*p + T::EPS);
        z += *q;
    }
    let scale = T::ONE / z;
    for q in out {
        *q *= scale;
    }
    z
}

/// Several factors.
#[inline(always)]
fn iterate<T: Real>(layout: &Layout, buffers: Buffers<'_, T>, beliefs: &mut [T]) {
    let Buffers {
        prior,
        log_prior,
        message,
        joint,
        expected,
        trace,
    } = buffers;
    let factors = layout.factors();
    let n_joint = layout.joint;
    for l in &mut joint[..n_joint] {
        *l = (*l + T::EPS).ln_fast();
    }
    for (lp, p) in log_prior.iter_mut().zip(prior) {
        *lp = (*p + T::EPS).ln_fast();
    }
    let mut start = T::ZERO;
    for f in 0..factors {
        let range = layout.factor(f);
        let u = T::ONE / T::from_f64(range.len() as f64);
        beliefs[range.clone()].fill(u);
        start += (u + T::EPS).ln_fast() - u * sum(&log_prior[range]);
    }
    *trace = Trace {
        last: start,
        ..Trace::EMPTY
    };
    trace.values[0] = start;
    let mut change = T::ONE;
    let tolerance = T::from_f64(0.001);
    expect_log(layout, beliefs, joint, expected);
    while trace.sweeps < MAX_SWEEPS && change >= tolerance {
        let mut energy = T::ZERO;
        let mut inner = n_joint;
        for f in 0..factors {
            let range = layout.factor(f);
            inner /= range.len();
            let (q, m) = (&mut beliefs[range.clone()], &mut message[range.clone()]);
            marginal(&expected[..n_joint], inner, m);
            for ((q, m), lp) in q.iter_mut().zip(m.iter_mut()).zip(&log_prior[range]) {
                *m = *m / *q;
                *q = *m + *lp;
            }
            let log_normaliser = softmax_in_place(q);
            energy += q.iter().zip(m).map(|(q, m)| *q * *m).sum::<T>() - log_normaliser;
        }
        expect_log(layout, beliefs, joint, expected);
        energy -= sum(&expected[..n_joint]);
        change = (trace.last - energy).abs();
        trace.sweeps += 1;
        trace.values[trace.sweeps] = energy;
        trace.last = energy;
    }
}

/// `expected = ln L * outer(beliefs)`.
#[inline(always)]
fn expect_log<T: Real>(layout: &Layout, beliefs: &[T], log_likelihood: &[T], expected: &mut [T]) {
    outer(
        (0..layout.factors()).map(|f| &beliefs[layout.factor(f)]),
        expected,
    );
    for (e, l) in expected[..layout.joint].iter_mut().zip(log_likelihood) {
        *e *= *l;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models;
    use proptest::prelude::*;

    fn inferred(
        model: &Model<f64>,
        observation: &[usize],
        infer: impl Fn(&Model<f64>, &[usize], Buffers<'_, f64>, &mut [f64]),
    ) -> (Vec<f64>, f64) {
        let layout = &*model.layout;
        let n = layout.flat_len();
        let mut beliefs = vec![0.0; n];
        let (mut log_prior, mut message) = (vec![0.0; n], vec![0.0; n]);
        let mut joint = vec![0.0; layout.joint_padded];
        let mut expected = joint.clone();
        let mut trace = Trace::EMPTY;
        let buffers = Buffers {
            prior: &model.d,
            log_prior: &mut log_prior,
            message: &mut message,
            joint: &mut joint,
            expected: &mut expected,
            trace: &mut trace,
        };
        infer(model, observation, buffers, &mut beliefs);
        (beliefs, trace.last)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn the_wide_build_agrees_with_the_portable_one(seed in any::<u64>(), single in any::<bool>()) {
            let model = if single { models::dense::<f64>(13, 2, seed) } else { models::three_factors::<f64>(1, seed) };
            let model = model.expect("a model");
            let observation: Vec<usize> =
                model.num_obs().iter().map(|n| (seed % *n as u64) as usize).collect();
            let (wide, wide_energy) = inferred(&model, &observation, infer::<f64>);
            let (portable, energy) = inferred(&model, &observation, infer_body::<f64, false>);
            prop_assert!((wide_energy - energy).abs() < 1e-11);
            for (w, p) in wide.iter().zip(&portable) {
                prop_assert!((w - p).abs() < 1e-12);
            }
        }

        #[test]
        fn one_factor_is_bayes_rule(seed in any::<u64>(), o in 0usize..13) {
            let model = models::dense::<f64>(13, 2, seed).expect("a model");
            let (q, energy) = inferred(&model, &[o], infer::<f64>);
            let a = model.likelihood(0).expect("a modality");
            let joint: Vec<f64> = (0..13).map(|s| a.data[o * 13 + s] * model.d[s]).collect();
            let evidence: f64 = joint.iter().sum();
            prop_assert!((energy + evidence.ln()).abs() < 1e-9);
            for (q, j) in q.iter().zip(joint) {
                prop_assert!((q - j / evidence).abs() < 1e-12);
            }
        }
    }
}
