//! The WebSocket opening handshake, server side (RFC 6455 §4.2). Invariant: an upgrade is answered
//! with 101 only after every check of the section has passed.

use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

use super::{RequestHead, Response};

/// Subprotocol of this gateway; a browser that shows its token needs one to be confirmed.
const SUBPROTOCOL: &str = "freeagentics.v1";

/// An acceptable upgrade.
#[derive(Debug)]
pub(in crate::gateway) struct Upgrade {
    accept: String,
    confirm_subprotocol: bool,
}

impl Upgrade {
    /// Whether the request asks for an upgrade at all.
    pub(super) fn is_asked(head: &RequestHead) -> bool {
        head.elements("upgrade")
            .any(|element| element.eq_ignore_ascii_case("websocket"))
    }

    /// Checks the request's handshake fields.
    pub(super) fn check(head: &RequestHead) -> Result<Self, Response> {
        let bad = |text| Response::problem(400, text);
        if head.method != "GET" {
            return Err(Response::problem(405, "upgrade with GET").header("Allow", "GET"));
        }
        if head.version != 1 {
            return Err(bad("upgrading needs HTTP/1.1"));
        }
        if !head
            .elements("connection")
            .any(|e| e.eq_ignore_ascii_case("upgrade"))
        {
            return Err(bad("the header \"Connection: Upgrade\" is missing"));
        }
        if head.single("host").map_err(bad)?.is_none() {
            return Err(bad("the header \"Host\" is missing"));
        }
        if head.single("sec-websocket-version").map_err(bad)? != Some("13") {
            return Err(
                Response::problem(426, "only WebSocket version 13 is spoken here")
                    .header("Sec-WebSocket-Version", "13")
                    .header("Upgrade", "websocket"),
            );
        }
        let key = head
            .single("sec-websocket-key")
            .map_err(bad)?
            .ok_or_else(|| bad("the header \"Sec-WebSocket-Key\" is missing"))?;
        let decoded = data_encoding::BASE64.decode(key.as_bytes());
        if !decoded.is_ok_and(|bytes| bytes.len() == 16) {
            return Err(bad("\"Sec-WebSocket-Key\" must be 16 bytes in base64"));
        }
        Ok(Self {
            accept: derive_accept_key(key.as_bytes()),
            confirm_subprotocol: head
                .elements("sec-websocket-protocol")
                .any(|p| p == SUBPROTOCOL),
        })
    }

    /// The 101 answer.
    pub(in crate::gateway) fn answer(&self) -> Vec<u8> {
        let subprotocol = if self.confirm_subprotocol {
            format!("Sec-WebSocket-Protocol: {SUBPROTOCOL}\r\n")
        } else {
            String::new()
        };
        format!(
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
             Sec-WebSocket-Accept: {}\r\n{subprotocol}\r\n",
            self.accept
        )
        .into_bytes()
    }
}
