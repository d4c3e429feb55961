//! Units as other tools write them: times become nanoseconds, and the unit tells which way is better.

use crate::Direction;

/// Nanoseconds in one of this unit of time, if it is one.
pub(super) fn nanoseconds(unit: &str) -> Option<f64> {
    Some(match unit {
        "ns" | "nanosecond" | "nanoseconds" => 1.0,
        "us" | "µs" | "μs" | "microsecond" | "microseconds" => 1e3,
        "ms" | "millisecond" | "milliseconds" => 1e6,
        "s" | "sec" | "secs" | "second" | "seconds" => 1e9,
        "ps" => 1e-3,
        "min" | "m" => 60e9,
        _ => return None,
    })
}

/// Which way a quantity of this unit is better: rates per time higher, everything else lower.
pub(super) fn direction(unit: &str) -> Direction {
    let unit = unit.to_lowercase();
    let rate = ["/s", "/sec", "/second", "/ms", "/us", "/ns", "/min"]
        .iter()
        .any(|per| unit.ends_with(per))
        || unit.contains("per second")
        || matches!(unit.as_str(), "hz" | "khz" | "mhz" | "ops" | "rps" | "qps");
    if rate {
        Direction::HigherIsBetter
    } else {
        Direction::LowerIsBetter
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_better_higher() {
        for rate in ["MB/s", "ops/sec", "B/s", "ops/ms", "elements per second"] {
            assert_eq!(direction(rate), Direction::HigherIsBetter, "{rate}");
        }
        for cost in ["ns/op", "B/op", "ms", "seconds", "", "us/op"] {
            assert_eq!(direction(cost), Direction::LowerIsBetter, "{cost}");
        }
    }
}
