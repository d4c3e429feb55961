//! Speaking to a gateway byte by byte, right and wrong. Invariant: whatever the server owes is waited for with patience, and
//! its absence is a panic that says so.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// Longest wait for anything that must happen.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// A raw connection, upgraded by hand, whose welcome has been read.
pub(crate) struct Raw {
    pub(crate) stream: TcpStream,
    buffer: Vec<u8>,
    /// Bytes of the buffer already handed out.
    taken: usize,
}

/// A frame as it came: first byte and payload.
#[derive(Debug, PartialEq)]
pub(crate) struct Frame {
    pub(crate) first: u8,
    pub(crate) payload: Vec<u8>,
}

impl Frame {
    /// The code of a close frame.
    pub(crate) fn close_code(&self) -> Option<u16> {
        (self.first == 0x88).then(|| u16::from_be_bytes([self.payload[0], self.payload[1]]))
    }
}

impl Raw {
    pub(crate) async fn connect(address: SocketAddr) -> Self {
        Self::connect_with(address, "").await
    }

    /// The same with `headers` (each ending in CRLF) in the request.
    pub(crate) async fn connect_with(address: SocketAddr, headers: &str) -> Self {
        let mut stream = TcpStream::connect(address).await.expect("connect");
        stream
            .write_all(upgrade_request(address, headers).as_bytes())
            .await
            .expect("send");
        let mut raw = Self {
            stream,
            buffer: Vec::new(),
            taken: 0,
        };
        while !raw.buffer.windows(4).any(|w| w == b"\r\n\r\n") {
            assert!(raw.fill().await > 0, "closed before the answer");
        }
        raw.taken = raw
            .buffer
            .windows(4)
            .position(|w| w == b"\r\n\r\n")
            .expect("end")
            + 4;
        let head = String::from_utf8_lossy(&raw.buffer[..raw.taken]);
        assert!(head.starts_with("HTTP/1.1 101 "), "{head}");
        assert_eq!(raw.frame().await.expect("welcome").first, 0x81);
        raw
    }

    pub(crate) async fn send(&mut self, bytes: &[u8]) {
        self.stream.write_all(bytes).await.expect("send");
    }

    /// The next frame; `None` at the end of the stream.
    pub(crate) async fn frame(&mut self) -> Option<Frame> {
        loop {
            let rest = &self.buffer[self.taken..];
            if let Some((start, end)) = frame_bounds(rest)
                && end <= rest.len()
            {
                let frame = Frame {
                    first: rest[0],
                    payload: rest[start..end].to_vec(),
                };
                self.taken += end;
                return Some(frame);
            }
            self.buffer.drain(..self.taken);
            self.taken = 0;
            if self.fill().await == 0 {
                return None;
            }
        }
    }

    /// The close code the server ends with, other frames skipped.
    pub(crate) async fn close_code(&mut self) -> Option<u16> {
        loop {
            match self.frame().await {
                Some(frame) if frame.first == 0x88 => return frame.close_code(),
                Some(_) => {}
                None => return None,
            }
        }
    }

    async fn fill(&mut self) -> usize {
        timeout(PATIENCE, self.stream.read_buf(&mut self.buffer))
            .await
            .expect("time")
            .unwrap_or(0)
    }
}

fn frame_bounds(bytes: &[u8]) -> Option<(usize, usize)> {
    let (start, length) = match *bytes.get(1)? & 0x7F {
        126 => (
            4,
            usize::from(u16::from_be_bytes(bytes.get(2..4)?.try_into().ok()?)),
        ),
        127 => (
            10,
            u64::from_be_bytes(bytes.get(2..10)?.try_into().ok()?) as usize,
        ),
        short => (2, usize::from(short)),
    };
    Some((start, start + length))
}

/// A client frame, masked as RFC 6455 asks.
pub(crate) fn masked(first: u8, payload: &[u8]) -> Vec<u8> {
    const KEY: [u8; 4] = [0x12, 0x34, 0x56, 0x78];
    let mut out = vec![first];
    match payload.len() {
        short @ 0..=125 => out.push(0x80 | short as u8),
        middle @ 126..=0xFFFF => {
            out.push(0x80 | 126);
            out.extend_from_slice(&(middle as u16).to_be_bytes());
        }
        long => {
            out.push(0x80 | 127);
            out.extend_from_slice(&(long as u64).to_be_bytes());
        }
    }
    out.extend_from_slice(&KEY);
    out.extend(
        payload
            .iter()
            .enumerate()
            .map(|(i, byte)| byte ^ KEY[i % 4]),
    );
    out
}

/// A good upgrade request plus `headers` (each ending in CRLF).
pub(crate) fn upgrade_request(address: SocketAddr, headers: &str) -> String {
    format!(
        "GET /ws HTTP/1.1\r\nHost: {address}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{headers}\r\n"
    )
}

/// Sends bytes as they are and returns all that comes back until the server closes.
pub(crate) async fn exchange(address: SocketAddr, bytes: &[u8]) -> Vec<u8> {
    let mut stream = TcpStream::connect(address).await.expect("connect");
    stream.write_all(bytes).await.expect("send");
    let mut answer = Vec::new();
    timeout(PATIENCE, stream.read_to_end(&mut answer))
        .await
        .expect("time")
        .expect("read");
    answer
}

/// The whole answer to a GET.
pub(crate) async fn http_get(address: SocketAddr, path: &str, headers: &str) -> String {
    let request = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\n{headers}\r\n");
    String::from_utf8(exchange(address, request.as_bytes()).await).expect("UTF-8")
}
