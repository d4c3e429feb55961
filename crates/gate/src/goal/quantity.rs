//! A number with its unit as people write it: `50 ms`, `1000/s`, `35 MB`.

use std::fmt;
use std::str::FromStr;

use fabench_record::Unit;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A quantity that remembers how it was written. Its value is finite and not negative.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String")]
pub struct Quantity {
    written: String,
    value: f64,
    unit: Unit,
}

/// Why a text is not a quantity.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QuantityError {
    /// It does not begin with a number.
    #[error(
        "`{0}` does not begin with a number; write something like \"50 ms\", \"1000/s\" or \"35 MB\""
    )]
    NoNumber(
        /// The text.
        String,
    ),
    /// The number is negative, infinite or too large.
    #[error("`{0}` is not a finite number of at least 0")]
    OutOfRange(
        /// The text.
        String,
    ),
    /// The unit is unknown.
    #[error(
        "unknown unit `{unit}` in `{text}`; known are ns, us, ms, s, min, B, kB, MB, GB, KiB, MiB, GiB, /s, k/s, M/s, %, or none for a count or ratio"
    )]
    UnknownUnit {
        /// The text.
        text: String,
        /// What follows the number.
        unit: String,
    },
}

impl Quantity {
    /// The value in [`Quantity::unit`]: nanoseconds, bytes, per second, or a plain number.
    pub fn value(&self) -> f64 {
        self.value
    }

    /// The base unit of the value.
    pub fn unit(&self) -> Unit {
        self.unit.clone()
    }

    /// Whether it can be compared with values in `unit`. A plain number fits counts, ratios and unknown units.
    pub fn fits(&self, unit: &Unit) -> bool {
        match self.unit {
            Unit::Count => matches!(unit, Unit::Count | Unit::Ratio | Unit::Other(_)),
            ref own => own == unit,
        }
    }
}

impl FromStr for Quantity {
    type Err = QuantityError;

    fn from_str(text: &str) -> Result<Self, QuantityError> {
        let trimmed = text.trim();
        let shown = || trimmed.chars().take(60).collect::<String>();
        let end = number_end(trimmed);
        let (number, suffix) = trimmed.split_at(end);
        let number: f64 = number
            .replace('_', "")
            .parse()
            .map_err(|_| QuantityError::NoNumber(shown()))?;
        let suffix = suffix.trim();
        let (factor, unit) = match suffix {
            "ns" => (1.0, Unit::Nanoseconds),
            "us" | "µs" | "μs" => (1e3, Unit::Nanoseconds),
            "ms" => (1e6, Unit::Nanoseconds),
            "s" => (1e9, Unit::Nanoseconds),
            "min" => (60e9, Unit::Nanoseconds),
            "B" => (1.0, Unit::Bytes),
            "kB" | "KB" => (1e3, Unit::Bytes),
            "MB" => (1e6, Unit::Bytes),
            "GB" => (1e9, Unit::Bytes),
            "KiB" => (1024.0, Unit::Bytes),
            "MiB" => (1024.0 * 1024.0, Unit::Bytes),
            "GiB" => (1024.0 * 1024.0 * 1024.0, Unit::Bytes),
            "/s" | "1/s" => (1.0, Unit::PerSecond),
            "k/s" => (1e3, Unit::PerSecond),
            "M/s" => (1e6, Unit::PerSecond),
            "%" => (0.01, Unit::Ratio),
            "" => (1.0, Unit::Count),
            unknown => {
                return Err(QuantityError::UnknownUnit {
                    text: shown(),
                    unit: unknown.chars().take(20).collect(),
                });
            }
        };
        let value = number * factor;
        if value.is_finite() && value >= 0.0 {
            Ok(Self {
                written: trimmed.to_owned(),
                value,
                unit,
            })
        } else {
            Err(QuantityError::OutOfRange(shown()))
        }
    }
}

/// Where the number at the start of `text` ends: digits, `_`, one `.`, a sign, an exponent.
fn number_end(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut end = 0;
    while let Some(&byte) = bytes.get(end) {
        let exponent = matches!(byte, b'e' | b'E')
            && end > 0
            && bytes[end + 1..]
                .iter()
                .find(|next| !matches!(next, b'+' | b'-'))
                .is_some_and(u8::is_ascii_digit);
        let sign =
            matches!(byte, b'+' | b'-') && (end == 0 || matches!(bytes[end - 1], b'e' | b'E'));
        if byte.is_ascii_digit() || matches!(byte, b'.' | b'_') || exponent || sign {
            end += 1;
        } else {
            break;
        }
    }
    end
}

impl TryFrom<String> for Quantity {
    type Error = QuantityError;

    fn try_from(text: String) -> Result<Self, QuantityError> {
        text.parse()
    }
}

impl From<Quantity> for String {
    fn from(quantity: Quantity) -> Self {
        quantity.written
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.written)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn reads_what_people_write() {
        for (text, value, unit) in [
            ("50 ms", 50e6, Unit::Nanoseconds),
            ("50ms", 50e6, Unit::Nanoseconds),
            ("1.5 µs", 1500.0, Unit::Nanoseconds),
            ("1000/s", 1000.0, Unit::PerSecond),
            ("1_000 1/s", 1000.0, Unit::PerSecond),
            ("35 MB", 35e6, Unit::Bytes),
            ("2 KiB", 2048.0, Unit::Bytes),
            ("1e3", 1000.0, Unit::Count),
            ("1e-3 s", 1e6, Unit::Nanoseconds),
            ("0", 0.0, Unit::Count),
        ] {
            let found: Quantity = text
                .parse()
                .unwrap_or_else(|error| panic!("{text}: {error}"));
            assert!((found.value() - value).abs() <= value * 1e-12, "{text}");
            assert_eq!(found.unit(), unit, "{text}");
            assert_eq!(found.to_string(), text);
        }
    }

    #[test]
    fn says_what_is_wrong() {
        let error = |text: &str| text.parse::<Quantity>().unwrap_err();
        for text in ["", "ms", "fifty ms", ".", "-", "e5", "1.2.3 s"] {
            assert!(
                matches!(error(text), QuantityError::NoNumber(_)),
                "{text}: {}",
                error(text)
            );
        }
        for text in ["50 parsec", "5 m", "5 e", "5 mS"] {
            assert!(
                matches!(error(text), QuantityError::UnknownUnit { .. }),
                "{text}"
            );
        }
        for text in ["-5 ms", "1e999 s", "1e308 s"] {
            assert!(
                matches!(error(text), QuantityError::OutOfRange(_)),
                "{text}"
            );
        }
    }

    proptest! {
        #[test]
        fn never_panics_and_never_yields_nonsense(text in "[-+0-9.eE_µ %/A-Za-z]{0,12}|\\PC*") {
            if let Ok(found) = text.parse::<Quantity>() {
                prop_assert!(found.value().is_finite() && found.value() >= 0.0);
                let again: Quantity = String::from(found.clone()).parse().unwrap();
                prop_assert_eq!(again, found);
            }
        }
    }
}
