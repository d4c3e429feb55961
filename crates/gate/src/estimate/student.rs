//! Quantiles of the normal and of Student's t distribution, defined for every input.

use statrs::distribution::{ContinuousCDF, Normal, StudentsT};

/// The value that a standard normal variable stays below with probability `p`.
pub(crate) fn normal_quantile(p: f64) -> f64 {
    Normal::standard().inverse_cdf(p.clamp(1e-15, 1.0 - 1e-15))
}

/// The value that Student's t with `freedom` degrees of freedom stays below with probability `p`.
///
/// Degrees of freedom below 1 count as 1, above 10 000 the normal distribution stands in.
pub(crate) fn student_quantile(p: f64, freedom: f64) -> f64 {
    let p = p.clamp(1e-12, 1.0 - 1e-12);
    if freedom > 1e4 {
        return normal_quantile(p);
    }
    // The lower tail is computed, because 1 − p keeps its digits there.
    let freedom = if freedom >= 1.0 { freedom } else { 1.0 };
    let tail = p.min(1.0 - p);
    let quantile = StudentsT::new(0.0, 1.0, freedom).map_or_else(
        |_| normal_quantile(tail),
        |student| student.inverse_cdf(tail),
    );
    if p < 0.5 { quantile } else { -quantile }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_published_tables() {
        // NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.2.
        for (p, freedom, expected) in [
            (0.975, 4.0, 2.776),
            (0.999, 8.0, 4.501),
            (0.95, 20.0, 1.725),
            (0.025, 10.0, -2.228),
        ] {
            let found = student_quantile(p, freedom);
            assert!((found - expected).abs() < 2e-3, "{p} {freedom}: {found}");
        }
        assert!((normal_quantile(0.975) - 1.959_964).abs() < 1e-5);
        assert!((student_quantile(0.975, 1e9) - 1.959_964).abs() < 1e-5);
    }

    #[test]
    fn is_defined_for_every_input() {
        for freedom in [f64::NAN, -1.0, 0.0, 0.3, 1.0, 1e300, f64::INFINITY] {
            for p in [0.0, 1e-300, 0.5, 1.0] {
                assert!(student_quantile(p, freedom).is_finite(), "{p} {freedom}");
            }
        }
    }
}
