//! Muting a benchmark: only with a reason, and only until a day.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Pattern;

/// A mute; a table `[[policy.mute]]` of `fabench.toml`. Reason and last day are never empty.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Mute {
    /// The benchmarks it holds for: an id, or a pattern with `*` and `?`.
    pub benchmark: Pattern,
    #[serde(deserialize_with = "non_empty")]
    reason: String,
    #[serde(deserialize_with = "date")]
    until: String,
}

impl Mute {
    /// Why.
    pub fn reason(&self) -> &str {
        &self.reason
    }

    /// The last day it holds, `YYYY-MM-DD`.
    pub fn until(&self) -> &str {
        &self.until
    }

    /// Whether it holds on `today`, `YYYY-MM-DD`.
    pub fn is_active(&self, today: &str) -> bool {
        // Dates of this form are ordered as texts.
        today <= self.until.as_str()
    }
}

fn non_empty<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    if text.trim().is_empty() {
        return Err(serde::de::Error::custom(
            "a mute needs a reason; say why it is muted",
        ));
    }
    Ok(text)
}

fn date<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    if is_date(&text) {
        return Ok(text);
    }
    Err(serde::de::Error::custom(format!(
        "`{text}` is no day; write the last day of the mute as \"2026-12-31\""
    )))
}

fn is_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let [year, month, day] = parts[..] else {
        return false;
    };
    let number = |part: &str, digits: usize| -> Option<u32> {
        let plain = part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit());
        plain.then(|| part.parse().ok()).flatten()
    };
    let (Some(year), Some(month), Some(day)) = (number(year, 4), number(month, 2), number(day, 2))
    else {
        return false;
    };
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        4 | 6 | 9 | 11 => 30,
        2 => 28 + u32::from(leap),
        1..=12 => 31,
        _ => 0,
    };
    (1..=days).contains(&day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_mutes_without_reason_or_end() {
        let read = |text: &str| toml::from_str::<Mute>(text).map_err(|error| error.to_string());
        assert!(read("benchmark='a/b'\nreason='x'\nuntil='2026-12-31'").is_ok());
        for (text, part) in [
            ("benchmark='a/b'\nuntil='2026-12-31'", "reason"),
            (
                "benchmark='a/b'\nreason=' '\nuntil='2026-12-31'",
                "needs a reason",
            ),
            ("benchmark='a/b'\nreason='x'", "until"),
            ("benchmark='a/b'\nreason='x'\nuntil='never'", "last day"),
            (
                "benchmark='a/b'\nreason='x'\nuntil='2026-02-29'",
                "last day",
            ),
            (
                "benchmark='a/b'\nreason='x'\nuntil='2026-12-31'\nfoo=1",
                "foo",
            ),
        ] {
            let error = read(text).unwrap_err();
            assert!(error.contains(part), "{text}: {error}");
        }
    }

    #[test]
    fn knows_the_calendar() {
        for (text, expected) in [
            ("2024-02-29", true),
            ("2000-02-29", true),
            ("1900-02-29", false),
            ("2026-13-01", false),
            ("2026-00-10", false),
            ("2026-04-31", false),
            ("2026-4-3", false),
            ("+026-04-03", false),
        ] {
            assert_eq!(is_date(text), expected, "{text}");
        }
    }
}
