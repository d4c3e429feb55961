//! Addresses of servers on the command line. They may hold passwords: what is refused is not shown.

use crate::exit::UsageError;

/// `text` if it begins with one of `schemes` and goes on.
pub(super) fn server<'a>(
    flag: &str,
    text: &'a str,
    schemes: &[&str],
    example: &str,
) -> Result<&'a str, UsageError> {
    let host = schemes.iter().find_map(|scheme| text.strip_prefix(scheme));
    match host {
        Some(host) if !host.is_empty() => Ok(text),
        _ => Err(UsageError(format!(
            "the value of {flag} is no address that it takes; write it as {example}"
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_a_scheme_and_a_host_and_is_not_shown_where_it_is_refused() {
        let nats = |text| {
            server(
                "--nats",
                text,
                &["nats://", "tls://"],
                "nats://127.0.0.1:4222",
            )
        };
        assert!(nats("nats://127.0.0.1:4222").is_ok());
        assert!(nats("tls://nats.example.org").is_ok());
        for bad in [
            "",
            "nats://",
            "127.0.0.1:4222",
            "http://user:swordfish@host",
        ] {
            let UsageError(told) = nats(bad).unwrap_err();
            assert!(told.contains("nats://127.0.0.1:4222") && !told.contains("swordfish"));
        }
    }
}
