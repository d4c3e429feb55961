//! `memory_limit`: how much memory a launch may hold.

use schemars::JsonSchema;
use serde::Deserialize;

/// Bytes, written as `"512 MiB"` or `"4 GiB"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(try_from = "String")]
#[schemars(with = "String")]
pub(crate) struct MemoryLimit(u64);

/// Less than this, and the smallest suites don't start.
const LEAST: u64 = 16 << 20;

impl MemoryLimit {
    pub(crate) fn bytes(self) -> u64 {
        self.0
    }
}

impl TryFrom<String> for MemoryLimit {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let units = [
            ("MiB", 1 << 20),
            ("GiB", 1 << 30),
            ("MB", 1_000_000),
            ("GB", 1_000_000_000_u64),
        ];
        let bytes = units.into_iter().find_map(|(unit, factor)| {
            let number: u64 = text.trim().strip_suffix(unit)?.trim().parse().ok()?;
            number.checked_mul(factor)
        });
        match bytes {
            Some(bytes) if bytes >= LEAST => Ok(Self(bytes)),
            _ => Err(format!(
                "`memory_limit` is a whole number with its unit, at least 16 MiB, for example \"512 MiB\" or \"4 GiB\"; `{}` is not",
                text.escape_debug()
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_with_their_unit_only() {
        let read = |text: &str| MemoryLimit::try_from(text.to_owned()).map(MemoryLimit::bytes);
        assert_eq!(read("512 MiB"), Ok(512 << 20));
        assert_eq!(read("4GiB"), Ok(4 << 30));
        assert_eq!(read("16777216 MB"), Ok(16_777_216_000_000));
        for wrong in [
            "",
            "4",
            "4 gib",
            "-4 GiB",
            "1.5 GiB",
            "1 MiB",
            "99999999999999 GiB",
        ] {
            assert!(read(wrong).unwrap_err().contains("4 GiB"), "{wrong}");
        }
    }
}
