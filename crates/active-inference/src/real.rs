//! The number type of a model: [`Real`], implemented by `f32` and `f64`.
//!
//! Invariant: sealed; every equation of the crate is written once, against this trait.

use std::fmt::{Debug, Display};
use std::iter::Sum;
use std::ops::{Add, AddAssign, Div, Mul, MulAssign, Neg, Sub, SubAssign};

use crate::math::exp_log;

mod sealed {
    pub trait Sealed {}
    impl Sealed for f32 {}
    impl Sealed for f64 {}
}

/// A floating-point type that models and agents compute in: `f32` (half the memory, about twice the speed) or
/// `f64` (agrees with pymdp to 1e-9).
pub trait Real:
    sealed::Sealed
    + Copy
    + Default
    + PartialOrd
    + Debug
    + Display
    + Send
    + Sync
    + 'static
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Neg<Output = Self>
    + AddAssign
    + SubAssign
    + MulAssign
    + Sum
    + serde::Serialize
    + serde::de::DeserializeOwned
{
    /// 0.
    const ZERO: Self;
    /// 1.
    const ONE: Self;
    /// Below every number.
    const NEG_INFINITY: Self;
    /// 1e-16, what pymdp adds before a logarithm (`maths.py:EPS_VAL`).
    const EPS: Self;
    /// exp(-16), the second epsilon of pymdp's information gain (`maths.py:spm_MDP_G`).
    const INFO_EPS: Self;

    /// Nearest value of this type.
    fn from_f64(value: f64) -> Self;
    /// Exact widening.
    fn to_f64(self) -> f64;
    /// `self * b + c`, rounded once.
    #[must_use]
    fn mul_add(self, b: Self, c: Self) -> Self;
    /// Magnitude.
    #[must_use]
    fn abs(self) -> Self;
    /// Neither NaN nor infinite.
    fn is_finite(self) -> bool;
    /// Natural logarithm of a positive normal number, inlined and vectorisable (a few units in the last place).
    #[must_use]
    fn ln_fast(self) -> Self;
    /// Exponential, inlined and vectorisable; does not underflow to zero.
    #[must_use]
    fn exp_fast(self) -> Self;
}

macro_rules! real {
    ($t:ty, $ln:path, $exp:path) => {
        impl Real for $t {
            const ZERO: Self = 0.0;
            const ONE: Self = 1.0;
            const NEG_INFINITY: Self = <$t>::NEG_INFINITY;
            const EPS: Self = 1e-16;
            const INFO_EPS: Self = 1.125_351_747_192_591_1e-7_f64 as $t;

            #[inline(always)]
            fn from_f64(value: f64) -> Self {
                value as $t
            }
            #[inline(always)]
            fn to_f64(self) -> f64 {
                f64::from(self)
            }
            #[inline(always)]
            fn mul_add(self, b: Self, c: Self) -> Self {
                <$t>::mul_add(self, b, c)
            }
            #[inline(always)]
            fn abs(self) -> Self {
                <$t>::abs(self)
            }
            #[inline(always)]
            fn is_finite(self) -> bool {
                <$t>::is_finite(self)
            }
            #[inline(always)]
            fn ln_fast(self) -> Self {
                $ln(self)
            }
            #[inline(always)]
            fn exp_fast(self) -> Self {
                $exp(self)
            }
        }
    };
}
real!(f32, exp_log::ln_f32, exp_log::exp_f32);
real!(f64, exp_log::ln_f64, exp_log::exp_f64);

#[cfg(test)]
mod tests {
    use super::Real;

    #[test]
    fn info_eps_is_exp_minus_sixteen() {
        assert_eq!(f64::INFO_EPS, (-16f64).exp());
    }
}
