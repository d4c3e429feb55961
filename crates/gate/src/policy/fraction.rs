//! A share such as 10 %, written as 0.1 or as "10 %".

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A share of a whole: finite and at least 0. `0.1` and `"10 %"` are the same.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "Written", into = "Written")]
#[schemars(with = "Written")]
pub struct Fraction(f64);

impl Fraction {
    /// 1 %.
    pub(crate) const PERCENT: Self = Self(0.01);

    /// The smaller of two.
    pub(crate) fn min(self, other: Self) -> Self {
        Self(self.0.min(other.0))
    }

    /// Takes 0.1 for 10 %. What is negative or not a number becomes 0, infinity the largest number.
    pub fn new(value: f64) -> Self {
        Self(if value > 0.0 {
            value.min(f64::MAX)
        } else {
            0.0
        })
    }

    /// 0.1 for 10 %.
    pub fn get(self) -> f64 {
        self.0
    }

    /// log(1 + fraction): the threshold on the log scale.
    pub(crate) fn log(self) -> f64 {
        self.0.ln_1p()
    }
}

impl fmt::Display for Fraction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Rounded to a millionth of a percent, so that 0.07 does not show as 7.000000000000001.
        write!(f, "{} %", (self.0 * 1e8).round() / 1e6)
    }
}

impl From<Fraction> for Written {
    fn from(fraction: Fraction) -> Self {
        // A plain number of 2 and more is refused on reading: it is more likely a percentage.
        if fraction.0 < LARGEST_PLAIN {
            Self::Number(fraction.0)
        } else {
            Self::Text(format!("{} %", fraction.0 * 100.0))
        }
    }
}

/// From here on a plain number is taken for a percentage that lacks its sign.
const LARGEST_PLAIN: f64 = 2.0;

#[derive(JsonSchema, Serialize, Deserialize)]
#[serde(untagged)]
enum Written {
    Number(f64),
    Text(String),
}

impl TryFrom<Written> for Fraction {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, String> {
        let (shown, value) = match written {
            Written::Number(value) if value >= LARGEST_PLAIN => {
                return Err(format!(
                    "{value} means {} %; write \"{value} %\" if you mean that, or \"{} %\"",
                    value * 100.0,
                    value * 100.0
                ));
            }
            Written::Number(value) => (value.to_string(), Some(value)),
            Written::Text(text) => {
                let number = text.trim().strip_suffix('%').map(str::trim_end);
                let value = number.and_then(|number| number.parse::<f64>().ok());
                (text, value.map(|percent| percent / 100.0))
            }
        };
        match value {
            Some(value) if value.is_finite() && value >= 0.0 => Ok(Self(value)),
            Some(value) if value < 0.0 => {
                Err(format!("`{shown}` is below 0; write \"10 %\" or 0.1"))
            }
            _ => Err(format!("`{shown}` is not a share; write \"10 %\" or 0.1")),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> Result<Fraction, String> {
        serde_json::from_str(text).map_err(|error| error.to_string())
    }

    #[test]
    fn reads_percent_and_plain_numbers() {
        for text in ["0.1", "\"10 %\"", "\"10%\"", "\" 10.0 % \""] {
            assert_eq!(read(text).unwrap(), Fraction::new(0.1), "{text}");
        }
        assert_eq!(read("\"1000 %\"").unwrap().get(), 10.0);
        for bad in [
            "10",
            "-0.1",
            "\"10\"",
            "\"x %\"",
            "\"NaN %\"",
            "\"inf %\"",
            "\"-1 %\"",
            "true",
        ] {
            assert!(read(bad).is_err(), "{bad}");
        }
        assert_eq!(Fraction::new(0.07).to_string(), "7 %");
        for value in [0.1, 1.9, 2.0, 3.0, 50.0] {
            let written = serde_json::to_string(&Fraction::new(value)).unwrap();
            assert_eq!(read(&written).unwrap(), Fraction::new(value), "{written}");
        }
    }

    proptest! {
        #[test]
        fn never_panics_and_never_yields_nonsense(text in "\\PC*") {
            if let Ok(found) = Fraction::try_from(Written::Text(text)) {
                prop_assert!(found.get().is_finite() && found.get() >= 0.0);
            }
        }
    }
}
