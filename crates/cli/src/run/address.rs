//! Addresses of servers, typed or in a variable. They may hold passwords: what is refused is not shown.

use crate::exit::UsageError;
use crate::secret::Secret;

/// What was typed, else what the variable holds, if it begins with one of `schemes` and goes on.
pub(super) fn server(
    (flag, variable): (&str, &str),
    typed: Option<&Secret>,
    schemes: &[&str],
    example: &str,
) -> Result<Option<Secret>, UsageError> {
    // What was typed may stand in the variable by now.
    let Some(address) = typed.cloned().or_else(|| Secret::in_variable(variable)) else {
        return Ok(None);
    };
    let text = address.reveal();
    let host = schemes.iter().find_map(|scheme| text.strip_prefix(scheme));
    match host {
        Some(host) if !host.is_empty() => Ok(Some(address)),
        _ => Err(UsageError(format!(
            "the value of {flag} or {variable} is no address that it takes; write it as {example}"
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_a_scheme_and_a_host_and_is_not_shown_where_it_is_refused() {
        let nats = |text: &str| {
            let Ok(typed) = text.parse::<Secret>();
            server(
                ("--nats", "FABENCH_NO_SUCH_VARIABLE"),
                Some(&typed),
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
