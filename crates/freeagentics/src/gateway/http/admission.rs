//! Whether a request may come in: token, origin, host. Invariant: a browser page of a foreign
//! origin is refused even without a token, and a name that merely resolves here is not "here".

use std::net::IpAddr;

use super::super::auth::Auth;
use super::RequestHead;

/// Subprotocol prefix by which browsers, which cannot set headers, show a token.
pub(super) const BEARER_SUBPROTOCOL: &str = "bearer.";

/// Why a request may not come in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum NotAdmitted {
    Token,
    Origin(String),
    Host(String),
}

/// Checks the token: `Authorization: Bearer …`, or for upgrades a subprotocol `bearer.…`.
pub(super) fn check_token(head: &RequestHead, auth: &Auth) -> Result<(), NotAdmitted> {
    let authorization = head.single("authorization").ok().flatten();
    let shown = authorization
        .and_then(|value| value.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| token.trim())
        .or_else(|| {
            head.elements("sec-websocket-protocol")
                .find_map(|p| p.strip_prefix(BEARER_SUBPROTOCOL))
        });
    if auth.admits(shown) {
        Ok(())
    } else {
        Err(NotAdmitted::Token)
    }
}

/// Checks that a browser's page is ours or an allowed one. Programs send no origin.
pub(super) fn check_origin(head: &RequestHead, allowed: &[String]) -> Result<(), NotAdmitted> {
    let origin = match head.single("origin") {
        Ok(None) => return Ok(()),
        Ok(Some(origin)) => origin,
        Err(_) => return Err(NotAdmitted::Origin("two origins".into())),
    };
    let host = head.single("host").ok().flatten().unwrap_or_default();
    let own = origin
        .strip_prefix("http://")
        .or_else(|| origin.strip_prefix("https://"))
        .is_some_and(|authority| authority.eq_ignore_ascii_case(host));
    if own
        || allowed
            .iter()
            .any(|a| a.trim_end_matches('/').eq_ignore_ascii_case(origin))
    {
        return Ok(());
    }
    Err(NotAdmitted::Origin(origin.chars().take(80).collect()))
}

/// Without a token only names of this machine are accepted: a foreign name which resolves to
/// 127.0.0.1 (DNS rebinding) makes a foreign page look like our own.
pub(super) fn check_host(head: &RequestHead, auth: &Auth) -> Result<(), NotAdmitted> {
    if matches!(auth, Auth::Token(_)) {
        return Ok(());
    }
    let host = head.single("host").ok().flatten().unwrap_or_default();
    let name = match host.strip_prefix('[') {
        Some(v6) => v6.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    let local = name.eq_ignore_ascii_case("localhost")
        || name
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback());
    if local {
        Ok(())
    } else {
        Err(NotAdmitted::Host(host.chars().take(80).collect()))
    }
}
