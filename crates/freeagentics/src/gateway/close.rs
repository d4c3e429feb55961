//! Why the gateway ends a connection, and the RFC 6455 §7.4.1 code which tells the peer.
//! Invariant: every ending started by the gateway has exactly one reason here.

use tokio_tungstenite::tungstenite::Error as WsError;
use tokio_tungstenite::tungstenite::error::CapacityError;

/// Why the gateway ends a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub(super) enum CloseReason {
    /// The server shuts down.
    GoingAway = 1,
    /// Malformed, unmasked, reserved bits, wrong fragmentation.
    Protocol,
    /// Text that is not UTF-8.
    NotUtf8,
    /// A frame or message over the limit.
    TooBig,
    /// More messages or bytes a second than allowed.
    RateLimit,
    /// Silent, and no answer to a ping.
    Silent,
    /// Too slow, and the policy is to disconnect.
    TooSlow,
}

impl CloseReason {
    pub(super) const ALL: [Self; 7] = [
        Self::GoingAway,
        Self::Protocol,
        Self::NotUtf8,
        Self::TooBig,
        Self::RateLimit,
        Self::Silent,
        Self::TooSlow,
    ];

    /// The RFC's status code.
    pub(super) fn code(self) -> u16 {
        match self {
            Self::GoingAway => 1001,
            Self::Protocol => 1002,
            Self::NotUtf8 => 1007,
            Self::RateLimit | Self::Silent => 1008,
            Self::TooBig => 1009,
            Self::TooSlow => 1013,
        }
    }

    /// What the peer is told.
    pub(super) fn text(self) -> &'static str {
        match self {
            Self::GoingAway => "the server is shutting down",
            Self::Protocol => "frames break RFC 6455",
            Self::NotUtf8 => "text frames must be UTF-8",
            Self::TooBig => "message over the size limit",
            Self::RateLimit => "over the rate limit: send less",
            Self::Silent => "no answer to ping",
            Self::TooSlow => "events come faster than you read",
        }
    }

    /// A metric label.
    pub(super) fn label(self) -> &'static str {
        match self {
            Self::GoingAway => "going_away",
            Self::Protocol => "protocol",
            Self::NotUtf8 => "not_utf8",
            Self::TooBig => "too_big",
            Self::RateLimit => "rate_limit",
            Self::Silent => "silent",
            Self::TooSlow => "too_slow",
        }
    }

    pub(super) fn from_byte(byte: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| *reason as u8 == byte)
    }

    /// What a reader's error means; `None` when the peer is simply gone.
    pub(super) fn of_read_error(error: &WsError) -> Option<Self> {
        match error {
            WsError::Utf8(_) => Some(Self::NotUtf8),
            WsError::Capacity(CapacityError::MessageTooLong { .. }) => Some(Self::TooBig),
            WsError::Protocol(
                tokio_tungstenite::tungstenite::error::ProtocolError::ResetWithoutClosingHandshake,
            ) => None,
            WsError::Protocol(_) | WsError::Capacity(_) => Some(Self::Protocol),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_survives_its_byte_and_fits_a_control_frame() {
        for reason in CloseReason::ALL {
            assert_eq!(CloseReason::from_byte(reason as u8), Some(reason));
            assert!(reason.text().len() <= 123);
        }
        assert_eq!(CloseReason::from_byte(0), None);
    }
}
