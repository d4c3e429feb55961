//! A small valid model to damage: two states seen exactly, an action that stays and one that swaps.
//!
//! Invariant: `valid().build()` succeeds, so that a test's own change is what fails.

#![allow(
    dead_code,
    unreachable_pub,
    missing_docs,
    reason = "each test binary uses its part of them"
)]

use active_inference::{ModelBuilder, ModelError, Tensor};

pub fn eye(n: usize) -> Tensor {
    Tensor::from_fn([n, n], |i| f64::from(u8::from(i[0] == i[1])))
}

pub fn stay_or_swap() -> Tensor {
    Tensor::from_fn([2, 2, 2], |i| {
        f64::from(u8::from((i[0] == i[1]) == (i[2] == 0)))
    })
}

pub fn valid() -> ModelBuilder {
    ModelBuilder::new()
        .likelihood(eye(2))
        .transition(stay_or_swap())
}

pub fn refuse(builder: ModelBuilder) -> ModelError {
    builder.build::<f64>().expect_err("a bad model")
}
