//! Which request gets what. Invariant: nothing about the agents is told without the token; the
//! page itself and `/health` hold no secrets.

use super::super::auth::Auth;
use super::super::metrics::Refusal;
use super::admission::{NotAdmitted, check_host, check_origin, check_token};
use super::{RequestHead, Response, Upgrade};

/// What a request gets.
#[derive(Debug)]
pub(in crate::gateway) enum Route {
    Upgrade(Upgrade),
    Page,
    Health,
    Metrics,
    Refused(Refusal, Response),
}

/// Decides what a request gets. The second value tells whether only the head is wanted.
pub(in crate::gateway) fn route(
    head: &RequestHead,
    auth: &Auth,
    allowed_origins: &[String],
) -> (Route, bool) {
    let route = decide(head, auth, allowed_origins)
        .unwrap_or_else(|(why, response)| Route::Refused(why, response));
    (route, head.method == "HEAD")
}

fn decide(
    head: &RequestHead,
    auth: &Auth,
    allowed_origins: &[String],
) -> Result<Route, (Refusal, Response)> {
    check_host(head, auth).map_err(refuse)?;
    let path = head.path.split(['?', '#']).next().unwrap_or_default();
    if path == "/ws" {
        if !Upgrade::is_asked(head) {
            let response = Response::problem(426, "this is a WebSocket address: ws://…/ws")
                .header("Upgrade", "websocket");
            return Err((Refusal::Malformed, response));
        }
        check_origin(head, allowed_origins).map_err(refuse)?;
        check_token(head, auth).map_err(refuse)?;
        let upgrade = Upgrade::check(head).map_err(|response| (Refusal::Malformed, response))?;
        return Ok(Route::Upgrade(upgrade));
    }
    if head.method != "GET" && head.method != "HEAD" {
        let response = Response::problem(405, "only GET and HEAD are answered here")
            .header("Allow", "GET, HEAD");
        return Err((Refusal::Malformed, response));
    }
    match path {
        "/" => Ok(Route::Page),
        "/health" => Ok(Route::Health),
        "/metrics" => {
            check_token(head, auth).map_err(refuse)?;
            Ok(Route::Metrics)
        }
        _ => Err((
            Refusal::NotFound,
            Response::problem(404, "known: /, /ws, /health and /metrics"),
        )),
    }
}

fn refuse(why: NotAdmitted) -> (Refusal, Response) {
    match why {
        NotAdmitted::Token => (
            Refusal::Unauthorized,
            Response::problem(
                401,
                "a token is needed: \"Authorization: Bearer TOKEN\", or in browsers the \
                 subprotocols \"freeagentics.v1\" and \"bearer.TOKEN\"; the server printed it at start",
            )
            .header("WWW-Authenticate", "Bearer realm=\"freeagentics\""),
        ),
        NotAdmitted::Origin(origin) => (
            Refusal::ForeignOrigin,
            Response::problem(
                403,
                format!("pages of {origin:?} may not connect; start with --allow-origin to let them"),
            ),
        ),
        NotAdmitted::Host(host) => (
            Refusal::ForeignOrigin,
            Response::problem(
                403,
                format!("{host:?} is not a name of this machine; without a token use 127.0.0.1 or localhost"),
            ),
        ),
    }
}
