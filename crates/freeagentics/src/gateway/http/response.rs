//! Small whole answers. Invariant: every answer closes the connection and forbids sniffing,
//! framing and caching.

use std::fmt::Write;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Longest wait for a peer to take an answer.
const SEND_TIMEOUT: Duration = Duration::from_secs(5);
/// Bytes of a refused request thrown away so that the answer is not lost to a reset.
const DRAIN_BYTES: u64 = 64 * 1024;

/// A small whole answer.
#[derive(Debug)]
pub(in crate::gateway) struct Response {
    status: u16,
    content_type: &'static str,
    headers: Vec<(&'static str, String)>,
    body: String,
}

impl Response {
    pub(in crate::gateway) fn new(
        status: u16,
        content_type: &'static str,
        body: impl Into<String>,
    ) -> Self {
        Self {
            status,
            content_type,
            headers: Vec::new(),
            body: body.into(),
        }
    }

    /// A line of plain text saying what is wrong and what to do.
    pub(in crate::gateway) fn problem(status: u16, text: impl Into<String>) -> Self {
        let mut body = text.into();
        body.push('\n');
        Self::new(status, "text/plain; charset=utf-8", body)
    }

    pub(in crate::gateway) fn header(
        mut self,
        name: &'static str,
        value: impl Into<String>,
    ) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    pub(in crate::gateway) fn status(&self) -> u16 {
        self.status
    }

    pub(in crate::gateway) fn head_only(mut self, head_only: bool) -> Self {
        if head_only {
            self.headers
                .push(("Content-Length", self.body.len().to_string()));
            self.body.clear();
        }
        self
    }

    pub(in crate::gateway) fn to_bytes(&self) -> Vec<u8> {
        let mut out = format!(
            "HTTP/1.1 {} {}\r\nContent-Type: {}\r\nConnection: close\r\nCache-Control: no-store\r\n\
             X-Content-Type-Options: nosniff\r\nX-Frame-Options: DENY\r\nReferrer-Policy: no-referrer\r\n",
            self.status,
            phrase(self.status),
            self.content_type,
        );
        for (name, value) in &self.headers {
            let _ = write!(out, "{name}: {value}\r\n");
        }
        if !self
            .headers
            .iter()
            .any(|(name, _)| *name == "Content-Length")
        {
            let _ = write!(out, "Content-Length: {}\r\n", self.body.len());
        }
        out.push_str("\r\n");
        out.push_str(&self.body);
        out.into_bytes()
    }

    /// Sends the answer and closes, within a time limit.
    pub(in crate::gateway) async fn send(&self, mut stream: TcpStream) {
        let bytes = self.to_bytes();
        let exchange = async {
            stream.write_all(&bytes).await?;
            stream.shutdown().await?;
            tokio::io::copy(&mut (&mut stream).take(DRAIN_BYTES), &mut tokio::io::sink()).await
        };
        // A peer that does not take its answer has only itself to blame.
        let _ = tokio::time::timeout(SEND_TIMEOUT, exchange).await;
    }
}

fn phrase(status: u16) -> &'static str {
    match status {
        200 => "OK",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        408 => "Request Timeout",
        426 => "Upgrade Required",
        431 => "Request Header Fields Too Large",
        _ => "Service Unavailable",
    }
}
