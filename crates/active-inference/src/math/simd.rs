//! Run-time choice between the portable build of a kernel and its AVX2 + FMA build.
//!
//! Invariant: both builds come from the same generic source (`const FMA` only decides whether `a * b + c` rounds
//! once or twice), so they differ by rounding alone.

use crate::real::Real;

/// Whether the processor at hand runs the AVX2 + FMA builds.
#[inline]
pub(crate) fn fma_available() -> bool {
    #[cfg(target_arch = "x86_64")]
    {
        std::arch::is_x86_feature_detected!("avx2") && std::arch::is_x86_feature_detected!("fma")
    }
    #[cfg(not(target_arch = "x86_64"))]
    {
        false
    }
}

/// `a * b + c`, fused where the surrounding build allows it.
#[inline(always)]
pub(crate) fn madd<T: Real, const FMA: bool>(a: T, b: T, c: T) -> T {
    if FMA { a.mul_add(b, c) } else { a * b + c }
}

/// Defines `$name` as the run-time dispatcher of the `#[inline(always)]` generic body `$body`.
///
/// The body takes the type and `const FMA: bool`; the macro builds it twice.
macro_rules! multiversion {
    ($(#[$meta:meta])* $vis:vis fn $name:ident = $body:ident ( $($arg:ident : $ty:ty),* $(,)? ) $(-> $ret:ty)?) => {
        $(#[$meta])*
        #[inline]
        $vis fn $name<T: $crate::real::Real>($($arg: $ty),*) $(-> $ret)? {
            #[cfg(target_arch = "x86_64")]
            {
                #[target_feature(enable = "avx2,fma")]
                fn wide<T: $crate::real::Real>($($arg: $ty),*) $(-> $ret)? {
                    $body::<T, true>($($arg),*)
                }
                if $crate::math::simd::fma_available() {
                    // SAFETY: `fma_available` has just confirmed both features that `wide` is compiled for.
                    return unsafe { wide($($arg),*) };
                }
            }
            $body::<T, false>($($arg),*)
        }
    };
}
pub(crate) use multiversion;
