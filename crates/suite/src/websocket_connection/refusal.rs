//! Why a given server lets no client in, in words that say what to do.

use fabench_harness::Failure;
use tokio_tungstenite::tungstenite::Error;

/// Explains a failed connection to `url`.
pub(super) fn explain(error: &Error, url: &str, with_token: bool) -> Failure {
    let Error::Http(response) = error else {
        return Failure::new(format!("{url} can't be connected to: {error}"));
    };
    let status = response.status().as_u16();
    let why = match status {
        401 | 403 if with_token => "it does not take this token, or not from this client",
        401 | 403 => {
            "it wants a token: give it in FABENCH_WEBSOCKET_TOKEN, by --token-file or by --token"
        }
        429 | 503 => "it takes no more connections now; raise its limit, or measure another server",
        _ => "there is no WebSocket at this path; --websocket-url and --echo-path name others",
    };
    Failure::new(format!("{url} answered with HTTP {status}: {why}"))
}
