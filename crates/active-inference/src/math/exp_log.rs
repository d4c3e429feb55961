//! Natural logarithm and exponential that vectorise: no tables, no branches, no calls.
//!
//! Invariant: within 4 units in the last place (f64) of the standard library over the domains named at each function;
//! outside them the result is unspecified but finite operations never panic.
//! The logarithm is the argument reduction and polynomial of fdlibm's `e_log.c` and `e_logf.c` (Sun Microsystems,
//! 1993); the exponential is Cody-Waite reduction by ln 2 and the Taylor polynomial.

/// ln x for positive normal x.
#[inline(always)]
pub(crate) fn ln_f64(x: f64) -> f64 {
    const SQRT_HALF: u64 = 0x3fe6_a09e_667f_3bcd;
    const ONE: u64 = 0x3ff0_0000_0000_0000;
    let shifted = x.to_bits().wrapping_add(ONE - SQRT_HALF);
    // The biased exponent becomes a float by sitting in the low mantissa bits of 2^52.
    let k = f64::from_bits((shifted >> 52) | 0x4330_0000_0000_0000)
        - (4_503_599_627_370_496.0 + 1023.0);
    let m = f64::from_bits((shifted & 0x000f_ffff_ffff_ffff) + SQRT_HALF);
    let f = m - 1.0;
    let s = f / (2.0 + f);
    let z = s * s;
    let w = z * z;
    let t1 = w
        * (0.399_999_999_994_094_2 + w * (0.222_221_984_321_497_84 + w * 0.153_138_376_992_093_73));
    let t2 = z
        * (0.666_666_666_666_673_5
            + w * (0.285_714_287_436_623_9
                + w * (0.181_835_721_616_180_5 + w * 0.147_981_986_051_165_86)));
    let half_square = 0.5 * f * f;
    let low = s * (half_square + (t1 + t2)) + k * 1.908_214_929_270_587_7e-10;
    low - half_square + f + k * 0.693_147_180_369_123_8
}

/// e^x for x <= 709; below -708 the result stays at e^-708 (about 3e-308) instead of underflowing.
#[inline(always)]
pub(crate) fn exp_f64(x: f64) -> f64 {
    const MAGIC: f64 = 6_755_399_441_055_744.0; // 1.5 * 2^52: adding it rounds to an integer kept in the low bits
    const INVERSE_FACTORIALS: [f64; 13] = [
        1.0,
        1.0,
        1.0 / 2.0,
        1.0 / 6.0,
        1.0 / 24.0,
        1.0 / 120.0,
        1.0 / 720.0,
        1.0 / 5_040.0,
        1.0 / 40_320.0,
        1.0 / 362_880.0,
        1.0 / 3_628_800.0,
        1.0 / 39_916_800.0,
        1.0 / 479_001_600.0,
    ];
    let x = if x < -708.0 { -708.0 } else { x };
    let shifted = x * std::f64::consts::LOG2_E + MAGIC;
    let k = shifted - MAGIC;
    let r = (x - k * 6.931_471_803_691_238e-1) - k * 1.908_214_929_270_587_7e-10;
    let c = &INVERSE_FACTORIALS;
    // Estrin's scheme: short dependency chains.
    let r2 = r * r;
    let r4 = r2 * r2;
    let low = (c[0] + c[1] * r) + (c[2] + c[3] * r) * r2;
    let middle = (c[4] + c[5] * r) + (c[6] + c[7] * r) * r2;
    let high = (c[8] + c[9] * r) + (c[10] + c[11] * r) * r2;
    let p = low + r4 * (middle + r4 * (high + r4 * c[12]));
    p * f64::from_bits(shifted.to_bits().wrapping_add(1023) << 52)
}

/// ln x for positive normal x.
#[inline(always)]
pub(crate) fn ln_f32(x: f32) -> f32 {
    const SQRT_HALF: u32 = 0x3f35_04f3;
    const ONE: u32 = 0x3f80_0000;
    let shifted = x.to_bits().wrapping_add(ONE - SQRT_HALF);
    let k = f32::from_bits((shifted >> 23) | 0x4b00_0000) - (8_388_608.0 + 127.0);
    let m = f32::from_bits((shifted & 0x007f_ffff) + SQRT_HALF);
    let f = m - 1.0;
    let s = f / (2.0 + f);
    let z = s * s;
    let w = z * z;
    let t1 = w * (0.400_009_72 + w * 0.242_790_79);
    let t2 = z * (0.666_666_6 + w * 0.284_987_87);
    let half_square = 0.5 * f * f;
    s * (half_square + (t1 + t2)) + k * 9.058_001e-6 - half_square + f + k * 0.693_138_1
}

/// e^x for x <= 88; below -87 the result stays at e^-87 instead of underflowing.
#[inline(always)]
pub(crate) fn exp_f32(x: f32) -> f32 {
    const MAGIC: f32 = 12_582_912.0; // 1.5 * 2^23
    let x = if x < -87.0 { -87.0 } else { x };
    let shifted = x * std::f32::consts::LOG2_E + MAGIC;
    let k = shifted - MAGIC;
    let r = (x - k * 0.693_359_4) - k * -2.121_944_4e-4;
    let r2 = r * r;
    let low = (1.0 + r) + (0.5 + r * (1.0 / 6.0)) * r2;
    let high = (1.0 / 24.0 + r * (1.0 / 120.0)) + (1.0 / 720.0 + r * (1.0 / 5_040.0)) * r2;
    (low + r2 * r2 * high) * f32::from_bits(shifted.to_bits().wrapping_add(127) << 23)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4000))]

        #[test]
        fn ln_is_close_to_the_standard_library(e in -300.0f64..300.0) {
            let x = 10f64.powf(e);
            prop_assert!((ln_f64(x) - x.ln()).abs() <= 4.0 * f64::EPSILON * x.ln().abs().max(0.1));
        }

        #[test]
        fn ln_is_close_near_one(x in 0.5f64..2.0) {
            prop_assert!((ln_f64(x) - x.ln()).abs() <= 4.0 * f64::EPSILON * x.ln().abs());
        }

        #[test]
        fn exp_is_close_to_the_standard_library(x in -700.0f64..700.0) {
            prop_assert!((exp_f64(x) / x.exp() - 1.0).abs() <= 4.0 * f64::EPSILON);
        }

        #[test]
        fn single_precision_is_close_too(e in -36.0f32..36.0, x in -86.0f32..86.0) {
            let v = 10f32.powf(e);
            prop_assert!((ln_f32(v) - v.ln()).abs() <= 4.0 * f32::EPSILON * v.ln().abs().max(0.1));
            prop_assert!((exp_f32(x) / x.exp() - 1.0).abs() <= 8.0 * f32::EPSILON);
        }
    }

    #[test]
    fn exp_of_very_negative_is_negligible_not_wrong() {
        assert!(exp_f64(-1e300) < 1e-300 && exp_f64(-1e300) >= 0.0);
        assert!(exp_f32(-1e30) < 1e-37 && exp_f32(-1e30) >= 0.0);
        assert_eq!(exp_f64(0.0), 1.0);
        assert_eq!(ln_f64(1.0), 0.0);
    }
}
