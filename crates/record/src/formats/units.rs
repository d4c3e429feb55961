//! Units as other tools write them: times become nanoseconds, and the unit tells which way is better.

use crate::{Direction, Metric, Unit};

/// Nanoseconds in one of this unit of time, if it is one.
pub(super) fn nanoseconds(unit: &str) -> Option<f64> {
    Some(match unit {
        "ns" | "nsec" | "nanosecond" | "nanoseconds" => 1.0,
        "us" | "µs" | "μs" | "usec" | "microsecond" | "microseconds" => 1e3,
        "ms" | "msec" | "millisecond" | "milliseconds" => 1e6,
        "s" | "sec" | "secs" | "second" | "seconds" => 1e9,
        "ps" | "picosecond" | "picoseconds" => 1e-3,
        "min" | "m" => 60e9,
        "h" | "hr" => 3600e9,
        "d" | "day" => 86400e9,
        _ => return None,
    })
}

/// Nanoseconds in one of this unit of time per piece of work: `ns/iter`, `us/op`, plain `ms`.
pub(super) fn nanoseconds_per_piece(unit: &str) -> Option<f64> {
    let pieces = ["/iter", "/iteration", "/op", "/call", "/run", "/request"];
    let time = pieces.iter().find_map(|piece| unit.strip_suffix(piece));
    match time.unwrap_or(unit) {
        // A lone letter may stand for anything.
        "m" | "h" | "d" => None,
        time => nanoseconds(time),
    }
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

/// A metric of this unit, and the factor from the unit to the metric's: times are in nanoseconds, bytes in bytes.
pub(super) fn value(name: &str, unit: &str, direction: Direction) -> (Metric, f64) {
    if let Some(factor) = nanoseconds_per_piece(unit) {
        return (Metric::value(name, Unit::Nanoseconds, direction), factor);
    }
    let (unit, factor) = match unit {
        "B" | "bytes" | "Bytes" | "byte" | "B/op" => (Unit::Bytes, 1.0),
        "KiB" => (Unit::Bytes, 1024.0),
        "MiB" => (Unit::Bytes, 1_048_576.0),
        "GiB" => (Unit::Bytes, 1_073_741_824.0),
        "ops/s" | "ops/sec" | "op/s" | "iter/s" | "iter/sec" | "req/s" | "requests/s"
        | "operations/second" => (Unit::PerSecond, 1.0),
        "ops/ms" => (Unit::PerSecond, 1e3),
        "ops/us" => (Unit::PerSecond, 1e6),
        "ops/ns" => (Unit::PerSecond, 1e9),
        "ops/min" => (Unit::PerSecond, 1.0 / 60.0),
        "ops/hr" => (Unit::PerSecond, 1.0 / 3600.0),
        "ops/day" => (Unit::PerSecond, 1.0 / 86400.0),
        "#" | "count" | "counts" | "allocs/op" | "instructions" => (Unit::Count, 1.0),
        other => (Unit::from(other.to_owned()), 1.0),
    };
    (Metric::value(name, unit, direction), factor)
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

    #[test]
    fn times_become_nanoseconds_and_rates_per_second() {
        let told = |unit: &str| {
            let (metric, factor) = value("x", unit, direction(unit));
            (metric.unit, factor)
        };
        assert_eq!(told("us/op"), (Unit::Nanoseconds, 1e3));
        assert_eq!(told("ops/ms"), (Unit::PerSecond, 1e3));
        assert_eq!(told("KiB"), (Unit::Bytes, 1024.0));
        assert_eq!(told("m"), (Unit::Other("m".into()), 1.0));
    }
}
