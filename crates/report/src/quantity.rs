//! Numbers as people read them: three significant digits, scaled to the unit's usual prefix.

use fabench_record::Unit;

/// `value` in `unit`, scaled: 1 234 567 ns is `1.23 ms`.
pub fn quantity(value: f64, unit: &Unit) -> String {
    match unit {
        Unit::Nanoseconds => scaled(value, 1e3, &["ns", "µs", "ms", "s"]),
        Unit::Bytes => scaled(value, 1024.0, &["B", "KiB", "MiB", "GiB", "TiB"]),
        Unit::PerSecond => scaled(value, 1e3, &["/s", "k/s", "M/s", "G/s"]),
        Unit::Count => scaled(value, 1e3, &["", "k", "M", "G"])
            .trim_end()
            .to_owned(),
        Unit::Ratio => format!("{}×", digits(value)),
        Unit::Other(text) => format!("{} {text}", digits(value)),
    }
}

/// A factor such as `1.04×`.
pub fn factor(value: f64) -> String {
    format!("{}×", digits(value))
}

/// A relative change as a signed percentage, from a ratio: 1.034 is `+3.4 %`.
pub fn percent_change(ratio: f64) -> String {
    let percent = (ratio - 1.0) * 100.0;
    if percent.abs() >= 1e6 {
        format!("{percent:+.1e} %")
    } else if percent.abs() >= 100.0 {
        format!("{percent:+.0} %")
    } else {
        format!("{percent:+.1} %")
    }
}

/// What `value` is divided by before it is shown.
pub(crate) fn prefix(value: f64, unit: &Unit) -> f64 {
    let (step, prefixes) = match unit {
        Unit::Nanoseconds => (1e3, 4),
        Unit::Bytes => (1024.0, 5),
        Unit::PerSecond | Unit::Count => (1e3, 4),
        Unit::Ratio | Unit::Other(_) => (1.0, 1),
    };
    let mut divisor = 1.0;
    for _ in 1..prefixes {
        if value.abs() / divisor >= 999.5 {
            divisor *= step;
        }
    }
    divisor
}

fn scaled(value: f64, step: f64, prefixes: &[&str]) -> String {
    let mut value = value;
    let mut index = 0;
    // 999.5 would print as 1000: it belongs to the next prefix.
    while value.abs() >= 999.5 && index + 1 < prefixes.len() {
        value /= step;
        index += 1;
    }
    format!("{} {}", digits(value), prefixes[index])
}

/// Three significant digits, without an exponent for everyday sizes.
fn digits(value: f64) -> String {
    let magnitude = value.abs();
    match magnitude {
        _ if value == 0.0 => "0".into(),
        m if !(1e-3..1e6).contains(&m) => format!("{value:.2e}"),
        m if m >= 99.95 => format!("{value:.0}"),
        m if m >= 9.995 => format!("{value:.1}"),
        m if m >= 0.9995 => format!("{value:.2}"),
        _ => format!("{value:.3}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scales_to_the_usual_prefix() {
        assert_eq!(quantity(1_234_567.0, &Unit::Nanoseconds), "1.23 ms");
        assert_eq!(quantity(999.9, &Unit::Nanoseconds), "1.00 µs");
        assert_eq!(quantity(0.0, &Unit::Nanoseconds), "0 ns");
        assert_eq!(quantity(1536.0, &Unit::Bytes), "1.50 KiB");
        assert_eq!(quantity(1001.0, &Unit::Bytes), "0.978 KiB");
        assert_eq!(quantity(12_345_678.0, &Unit::PerSecond), "12.3 M/s");
        assert_eq!(quantity(3.0, &Unit::Count), "3.00");
        assert_eq!(quantity(4.5, &Unit::Ratio), "4.50×");
    }

    #[test]
    fn percentages_carry_their_sign() {
        assert_eq!(percent_change(1.034), "+3.4 %");
        assert_eq!(percent_change(0.5), "-50.0 %");
        assert_eq!(percent_change(3.0), "+200 %");
        assert_eq!(percent_change(1e300), "+1.0e302 %");
    }
}
