//! What a client can do wrong, and what it deserves for it. Invariant: each deed is done on a connection of its own and
//! checked to its end; a server that answers otherwise, or not at all, is a panic that names the deed.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::raw::{PATIENCE, Raw, masked, upgrade_request};

/// One thing to do wrong.
pub(crate) struct Misdeed {
    pub(crate) name: &'static str,
    deed: Deed,
}

enum Deed {
    /// Frames after the upgrade, and the close code they deserve.
    Frames(fn() -> Vec<u8>, u16),
    /// A request made of a good one, and the status it deserves.
    Request(fn(&str) -> String, &'static str),
    /// Unusual, but right: a ping within a fragmented message.
    PingAmongFragments,
    /// Says that it will send no more, and reads on.
    HalfClose,
    /// Takes nothing of what it is sent.
    NeverRead,
    /// Leaves in the middle of a frame.
    Vanish,
}

const fn frames(name: &'static str, bytes: fn() -> Vec<u8>, code: u16) -> Misdeed {
    let deed = Deed::Frames(bytes, code);
    Misdeed { name, deed }
}

const fn request(name: &'static str, made: fn(&str) -> String, status: &'static str) -> Misdeed {
    let deed = Deed::Request(made, status);
    Misdeed { name, deed }
}

const fn other(name: &'static str, deed: Deed) -> Misdeed {
    Misdeed { name, deed }
}

/// All of them.
pub(crate) const MISDEEDS: &[Misdeed] = &[
    frames("a reserved opcode", || masked(0x83, b"x"), 1002),
    frames("reserved bits", || masked(0xC1, b"x"), 1002),
    frames("an unmasked frame", || b"\x81\x01x".to_vec(), 1002),
    frames("a continuation of nothing", || masked(0x80, b"x"), 1002),
    frames(
        "a message within another",
        || [masked(0x01, b"a"), masked(0x81, b"b")].concat(),
        1002,
    ),
    frames("a fragmented ping", || masked(0x09, b""), 1002),
    frames("an overlong ping", || masked(0x89, &[b'x'; 126]), 1002),
    frames("text that is not UTF-8", || masked(0x81, b"\xff\xfe"), 1007),
    frames(
        "fragments that do not join to UTF-8",
        || [masked(0x01, b"\xc3"), masked(0x80, b"\x28")].concat(),
        1007,
    ),
    frames("a frame of 2^40 bytes", enormous, 1009),
    frames(
        "a frame over the limit",
        || masked(0x82, &[0; 70_000]),
        1009,
    ),
    frames(
        "fragments over the limit",
        || {
            let more = masked(0x00, &[b'x'; 60_000]).repeat(5);
            [masked(0x02, b""), more].concat()
        },
        1009,
    ),
    // Publishing without an id asks for no reply: nothing holds the flood back but the limit.
    frames(
        "a flood of messages",
        || masked(0x82, b"\x04\0\0\0\0\x01f").repeat(20_000),
        1008,
    ),
    frames(
        "a flood of bytes",
        || {
            masked(
                0x82,
                &[[4, 0, 0, 0, 0, 1, b'f'].as_slice(), &[0; 32_000]].concat(),
            )
            .repeat(512)
        },
        1008,
    ),
    request("no token", |good| without(good, "Authorization"), "401"),
    request(
        "a wrong token",
        |good| good.replace("Bearer c", "Bearer x"),
        "401",
    ),
    request(
        "a foreign origin",
        |good| good.replace("\r\nUpgrade", "\r\nOrigin: http://evil.example\r\nUpgrade"),
        "403",
    ),
    request("a post", |good| good.replace("GET", "POST"), "405"),
    request("an old version", |good| good.replace(": 13", ": 8"), "426"),
    request(
        "a short key",
        |good| good.replace("dGhlIHNhbXBsZSBub25jZQ==", "c2hvcnQ="),
        "400",
    ),
    request(
        "TLS",
        |_| "\x16\x03\x01\x02 TLS here\r\n\r\n".to_owned(),
        "400",
    ),
    request(
        "an endless head",
        |_| format!("GET /{} HTTP/1.1\r\n", "x".repeat(10_000)),
        "431",
    ),
    request(
        "a slow loris",
        |good| good[..good.len() - 2].to_owned(),
        "408",
    ),
    request("silence", |_| String::new(), "408"),
    other("a ping among fragments", Deed::PingAmongFragments),
    other("a half-closed socket", Deed::HalfClose),
    other("a client that never reads", Deed::NeverRead),
    other("leaving in mid-frame", Deed::Vanish),
];

/// A header that announces 2^40 bytes; none of them is ever sent.
fn enormous() -> Vec<u8> {
    let mut bytes = vec![0x82, 0xFF];
    bytes.extend_from_slice(&(1_u64 << 40).to_be_bytes());
    bytes.extend_from_slice(&[0; 4]);
    bytes
}

fn without(request: &str, header: &str) -> String {
    let lines = request
        .split("\r\n")
        .filter(|line| !line.starts_with(header));
    lines.collect::<Vec<_>>().join("\r\n")
}

impl Misdeed {
    /// Does it, with `token`, and sees that it ends as it deserves.
    pub(crate) async fn commit(&self, address: SocketAddr, token: &str) {
        let header = format!("Authorization: Bearer {token}\r\n");
        match self.deed {
            Deed::Frames(bytes, code) => {
                let mut raw = Raw::connect_with(address, &header).await;
                for piece in bytes().chunks(64 * 1024) {
                    // The server may have ended it already.
                    if raw.stream.write_all(piece).await.is_err() {
                        break;
                    }
                }
                assert_eq!(raw.close_code().await, Some(code), "{}", self.name);
            }
            Deed::Request(made, status) => {
                let request = made(&upgrade_request(address, &header));
                let mut stream = TcpStream::connect(address).await.expect("connect");
                let _ = stream.write_all(request.as_bytes()).await;
                let mut answer = [0; 12];
                let read = timeout(PATIENCE, stream.read_exact(&mut answer)).await;
                read.expect("an answer in time")
                    .unwrap_or_else(|error| panic!("{}: {error}", self.name));
                let answer = String::from_utf8_lossy(&answer);
                assert_eq!(&answer[9..], status, "{}: {answer}", self.name);
            }
            Deed::PingAmongFragments => {
                let mut raw = Raw::connect_with(address, &header).await;
                raw.send(&masked(0x01, br#"{"type":"echo","id""#)).await;
                raw.send(&masked(0x89, b"now")).await;
                raw.send(&masked(0x80, br#":4,"payload":"whole"}"#)).await;
                let pong = raw.frame().await.expect("a pong");
                assert_eq!((pong.first, &pong.payload[..]), (0x8A, &b"now"[..]));
                let echo = raw.frame().await.expect("an echo");
                assert_eq!(echo.payload, br#"{"type":"echo","id":4,"payload":"whole"}"#);
            }
            Deed::HalfClose => {
                let mut raw = Raw::connect_with(address, &header).await;
                raw.send(&masked(0x81, br#"{"type":"echo","id":1,"payload":1}"#))
                    .await;
                raw.stream.shutdown().await.expect("half closed");
                let echo = raw
                    .frame()
                    .await
                    .expect("what was asked before is answered");
                assert_eq!(echo.payload, br#"{"type":"echo","id":1,"payload":1}"#);
                // Nothing is kept for one who can say no more.
                while raw.frame().await.is_some() {}
            }
            Deed::NeverRead => {
                let mut raw = Raw::connect_with(address, &header).await;
                raw.send(&masked(0x82, b"\x02\0\0\0\0\x01n")).await;
                let event = masked(
                    0x82,
                    &[[4, 0, 0, 0, 0, 1, b'n'].as_slice(), &[0; 8000]].concat(),
                );
                for _ in 0..500 {
                    let sent = timeout(Duration::from_millis(100), raw.stream.write_all(&event));
                    if !matches!(sent.await, Ok(Ok(()))) {
                        break;
                    }
                }
            }
            Deed::Vanish => {
                let mut raw = Raw::connect_with(address, &header).await;
                raw.send(&masked(0x81, b"never finished")[..9]).await;
            }
        }
    }
}
