//! Values of flags that need a check of their own.

use std::time::Duration;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use fabench_report::{Column, Format};

use super::Sort;

/// Seconds above 0 and at most a day, such as `2.5`.
pub(crate) fn seconds(text: &str) -> Result<Duration, String> {
    let number = text.trim_end_matches('s').trim();
    match number.parse::<f64>() {
        Ok(seconds) if seconds > 0.0 && seconds <= 86_400.0 => Ok(Duration::from_secs_f64(seconds)),
        _ => Err("expected seconds above 0 and at most 86400, for example 2.5".into()),
    }
}

/// The address of a NATS server.
pub(crate) fn nats_url(text: &str) -> Result<String, String> {
    let host = ["nats://", "tls://"]
        .iter()
        .find_map(|scheme| text.strip_prefix(scheme));
    match host {
        Some(host) if !host.is_empty() => Ok(text.to_owned()),
        _ => Err("expected the address of a NATS server, for example nats://127.0.0.1:4222".into()),
    }
}

/// A column's name, offered with the others where it does not exist.
pub(crate) fn column() -> impl TypedValueParser<Value = Column> {
    PossibleValuesParser::new(Column::names()).try_map(|name| name.parse::<Column>())
}

/// A report's format, offered with the others where it does not exist.
pub(crate) fn format() -> impl TypedValueParser<Value = Format> {
    PossibleValuesParser::new(Format::names()).try_map(|name| name.parse::<Format>())
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
    fn a_nats_server_has_a_scheme_and_a_host() {
        assert!(nats_url("nats://127.0.0.1:4222").is_ok());
        assert!(nats_url("tls://nats.example.org").is_ok());
        for bad in ["", "nats://", "127.0.0.1:4222", "http://127.0.0.1"] {
            assert!(nats_url(bad).is_err(), "{bad}");
        }
    }
}
