//! Values of flags that need a check of their own.

use std::num::NonZeroU32;
use std::time::Duration;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use fabench_report::{Column, Format, GroupBy, UnknownGrouping};

use super::Sort;

/// Seconds above 0 and at most a day, such as `2.5`.
pub(crate) fn seconds(text: &str) -> Result<Duration, String> {
    let number = text.trim_end_matches('s').trim();
    match number.parse::<f64>() {
        Ok(seconds) if seconds > 0.0 && seconds <= 86_400.0 => Ok(Duration::from_secs_f64(seconds)),
        _ => Err("expected seconds above 0 and at most 86400, for example 2.5".into()),
    }
}

/// How many, at least one.
pub(crate) fn count(text: &str) -> Result<NonZeroU32, String> {
    let refused = |_| "expected a whole number from 1, for example 10".to_owned();
    text.parse().map_err(refused)
}

/// A column's name, offered with the others where it does not exist.
pub(crate) fn column() -> impl TypedValueParser<Value = Column> {
    PossibleValuesParser::new(Column::names()).try_map(|name| name.parse::<Column>())
}

/// A report's format, offered with the others where it does not exist.
pub(crate) fn format() -> impl TypedValueParser<Value = Format> {
    PossibleValuesParser::new(Format::names()).try_map(|name| name.parse::<Format>())
}

/// By what a table is grouped.
pub(crate) fn group_by(text: &str) -> Result<GroupBy, UnknownGrouping> {
    text.parse()
}

/// `name`, or a column.
pub(crate) fn sort() -> impl TypedValueParser<Value = Sort> {
    let names = ["name"].into_iter().chain(Column::names());
    PossibleValuesParser::new(names).try_map(|name| match name.as_str() {
        "name" => Ok(Sort::Name),
        column => column.parse().map(Sort::By),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_are_positive_and_bounded() {
        assert_eq!(seconds("2.5"), Ok(Duration::from_millis(2500)));
        assert_eq!(seconds("3s"), Ok(Duration::from_secs(3)));
        for bad in ["0", "-1", "NaN", "inf", "1e9", "soon", ""] {
            assert!(seconds(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_count_is_whole_and_not_zero() {
        assert_eq!(count("7").map(NonZeroU32::get), Ok(7));
        for bad in ["0", "-1", "1.5", "many", ""] {
            assert!(count(bad).is_err(), "{bad}");
        }
    }
}
