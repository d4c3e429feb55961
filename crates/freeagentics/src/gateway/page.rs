//! The page at `/`, in one piece. Invariant: it loads nothing from anywhere; its content security
//! policy forbids it.

use super::http::Response;

const PAGE: &str = include_str!("page/index.html");

/// Only what is in the page itself, and connections back to where it came from.
const POLICY: &str = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; \
     connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The page.
pub(super) fn response() -> Response {
    Response::new(200, "text/html; charset=utf-8", PAGE).header("Content-Security-Policy", POLICY)
}
