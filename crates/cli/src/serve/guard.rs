//! Who may ask. A page of another origin may not, nor may a name that was made to point to this machine.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use super::served::Served;

/// Headers of every answer.
const HEADERS: [(HeaderName, &str); 5] = [
    (header::CACHE_CONTROL, "no-store"),
    (header::CONTENT_SECURITY_POLICY, "frame-ancestors 'none'"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
];

/// Lets pass what comes from the served page or from no page at all.
pub(super) async fn guard(
    State(served): State<Arc<Served>>,
    request: Request,
    next: Next,
) -> Response {
    let mut response = if may_ask(request.headers(), served.address) {
        next.run(request).await
    } else {
        let text = "only pages that this server serves may ask it, under its own address\n";
        (StatusCode::FORBIDDEN, text).into_response()
    };
    for (name, value) in HEADERS {
        response
            .headers_mut()
            .insert(name, HeaderValue::from_static(value));
    }
    response
}

fn may_ask(headers: &HeaderMap, address: SocketAddr) -> bool {
    let text = |name: HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    let Some(host) = text(header::HOST) else {
        return false;
    };
    // On other than loopback addresses the machine has names that are not known here.
    let host_is_ours = !address.ip().is_loopback() || is_loopback(host);
    let origin_is_host = text(header::ORIGIN).is_none_or(|origin| {
        let authority = origin
            .strip_prefix("http://")
            .or_else(|| origin.strip_prefix("https://"));
        authority == Some(host)
    });
    host_is_ours && origin_is_host
}

/// Whether an authority names this machine: `localhost` or a loopback address, with any port (it may be forwarded).
fn is_loopback(authority: &str) -> bool {
    let host = match authority.rsplit_once(':') {
        Some((host, port)) if port.chars().all(|c| c.is_ascii_digit()) => host,
        _ => authority,
    };
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost")
        || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(host: &str, origin: Option<&str>, address: &str) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, host.parse().unwrap());
        if let Some(origin) = origin {
            headers.insert(header::ORIGIN, origin.parse().unwrap());
        }
        may_ask(&headers, address.parse().unwrap())
    }

    #[test]
    fn pages_of_others_and_rebound_names_may_not_ask() {
        let here = "127.0.0.1:7373";
        assert!(asked(here, None, here));
        assert!(asked(here, Some("http://127.0.0.1:7373"), here));
        assert!(asked("localhost:7373", Some("http://localhost:7373"), here));
        assert!(asked("[::1]:7373", None, "[::1]:7373"));
        assert!(!asked(here, Some("http://evil.example"), here));
        assert!(!asked(here, Some("null"), here));
        assert!(!asked(here, Some("http://127.0.0.1:9"), here));
        assert!(!asked("evil.example:7373", None, here));
        assert!(!asked("127.0.0.1.evil.example", None, here));
        assert!(asked("runner.lan:7373", None, "0.0.0.0:7373"));
        assert!(!asked(
            "runner.lan:7373",
            Some("http://evil.example"),
            "0.0.0.0:7373"
        ));
        assert!(!may_ask(&HeaderMap::new(), here.parse().unwrap()));
    }
}
