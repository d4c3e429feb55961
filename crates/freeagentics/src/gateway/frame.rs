//! Server-to-client frames as raw bytes (RFC 6455 §5.2), so that one encoding serves every
//! receiver. Invariant: what is written here is always one or more whole, unmasked frames.

use bytes::{BufMut, Bytes, BytesMut};

/// Opcodes this side sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Opcode {
    /// UTF-8 text.
    Text = 0x1,
    /// Bytes.
    Binary = 0x2,
    /// Goodbye.
    Close = 0x8,
    /// Are you there?
    Ping = 0x9,
}

/// Longest frame header a server sends: 2 bytes and a 64-bit length.
const MAX_HEADER: usize = 10;

/// Appends one frame holding `payload`.
pub(super) fn append(out: &mut BytesMut, opcode: Opcode, payload: &[u8]) {
    out.reserve(MAX_HEADER + payload.len());
    append_header(out, opcode, payload.len());
    out.put_slice(payload);
}

/// One frame of its own.
pub(super) fn encode(opcode: Opcode, payload: &[u8]) -> Bytes {
    let mut out = BytesMut::with_capacity(MAX_HEADER + payload.len());
    append(&mut out, opcode, payload);
    out.freeze()
}

/// A close frame; the reason is cut to the 123 bytes a control frame has room for.
pub(super) fn close(code: u16, reason: &str) -> Bytes {
    let mut end = reason.len().min(123);
    while !reason.is_char_boundary(end) {
        end -= 1;
    }
    let mut payload = Vec::with_capacity(2 + end);
    payload.extend_from_slice(&code.to_be_bytes());
    payload.extend_from_slice(&reason.as_bytes()[..end]);
    encode(Opcode::Close, &payload)
}

fn append_header(out: &mut BytesMut, opcode: Opcode, payload_bytes: usize) {
    const FINAL: u8 = 0x80;
    out.put_u8(FINAL | opcode as u8);
    match payload_bytes {
        0..=125 => out.put_u8(payload_bytes as u8),
        126..=0xFFFF => {
            out.put_u8(126);
            out.put_u16(payload_bytes as u16);
        }
        _ => {
            out.put_u8(127);
            out.put_u64(payload_bytes as u64);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use tokio_tungstenite::tungstenite::protocol::{Role, WebSocket};

    use super::*;

    #[test]
    fn an_independent_decoder_reads_every_length_class() {
        for length in [0, 1, 125, 126, 127, 65_535, 65_536, 100_000] {
            let payload = vec![b'x'; length];
            let mut out = BytesMut::new();
            append(&mut out, Opcode::Text, &payload);
            append(&mut out, Opcode::Binary, &payload);
            let mut socket =
                WebSocket::from_raw_socket(Cursor::new(out.to_vec()), Role::Client, None);
            let text = socket.read().expect("text frame");
            assert!(text.is_text());
            assert_eq!(text.into_data(), payload);
            assert_eq!(socket.read().expect("binary frame").into_data(), payload);
        }
    }

    #[test]
    fn a_long_reason_is_cut_at_a_character() {
        let frame = close(1008, &"é".repeat(100));
        assert_eq!(frame[1] as usize, frame.len() - 2);
        assert!(frame.len() <= 127);
        assert!(std::str::from_utf8(&frame[4..]).is_ok());
    }
}
