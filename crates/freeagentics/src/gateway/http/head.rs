//! Reading one request head. Invariant: at most `limit` bytes are kept, whatever the peer sends.

use std::io;

use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;

/// Headers a request may have.
const MAX_HEADERS: usize = 64;

/// A parsed request head.
#[derive(Debug)]
pub(in crate::gateway) struct RequestHead {
    pub(super) method: String,
    pub(super) path: String,
    pub(super) version: u8,
    headers: Vec<(String, String)>,
    /// Bytes received after the head: the first frames of an eager client.
    pub(in crate::gateway) leftover: Vec<u8>,
}

/// Why there is no request head.
#[derive(Debug)]
pub(in crate::gateway) enum HeadError {
    /// The peer left, or its network failed.
    Gone,
    TooLarge,
    Malformed(&'static str),
}

/// Reads until the end of the head.
pub(in crate::gateway) async fn read_head(
    stream: &mut TcpStream,
    limit: usize,
) -> Result<RequestHead, HeadError> {
    let mut buffer = Vec::with_capacity(1024.min(limit));
    loop {
        let room = (limit - buffer.len()).min(1024);
        if room == 0 {
            return Err(HeadError::TooLarge);
        }
        buffer.reserve(room);
        let mut limited = (&mut *stream).take(room as u64);
        match limited.read_buf(&mut buffer).await {
            Ok(0) => return Err(HeadError::Gone),
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => return Err(HeadError::Gone),
        }
        if let Some(head) = parse(&buffer)? {
            return Ok(head);
        }
    }
}

/// `None` while the head is incomplete.
fn parse(bytes: &[u8]) -> Result<Option<RequestHead>, HeadError> {
    let mut headers = [httparse::EMPTY_HEADER; MAX_HEADERS];
    let mut request = httparse::Request::new(&mut headers);
    let length = match request.parse(bytes) {
        Ok(httparse::Status::Complete(length)) => length,
        Ok(httparse::Status::Partial) => return Ok(None),
        Err(httparse::Error::TooManyHeaders) => return Err(HeadError::TooLarge),
        Err(_) => return Err(HeadError::Malformed("the request is not HTTP/1.1")),
    };
    let mut kept = Vec::with_capacity(request.headers.len());
    for header in request.headers.iter() {
        let value = std::str::from_utf8(header.value)
            .map_err(|_| HeadError::Malformed("a header is not UTF-8"))?;
        kept.push((header.name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    Ok(Some(RequestHead {
        method: request.method.unwrap_or_default().to_owned(),
        path: request.path.unwrap_or_default().to_owned(),
        version: request.version.unwrap_or_default(),
        headers: kept,
        leftover: bytes[length..].to_vec(),
    }))
}

impl RequestHead {
    /// The value of a header that may appear once; `Err` when it appears more often.
    pub(super) fn single<'a>(&'a self, name: &'a str) -> Result<Option<&'a str>, &'static str> {
        let mut values = self.all(name);
        let first = values.next();
        if values.next().is_some() {
            return Err("a header which may appear once is repeated");
        }
        Ok(first)
    }

    /// Comma-separated elements of all headers of that name.
    pub(super) fn elements<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.all(name)
            .flat_map(|value| value.split(','))
            .map(str::trim)
            .filter(|e| !e.is_empty())
    }

    fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.headers
            .iter()
            .filter(move |(n, _)| n == name)
            .map(|(_, value)| value.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_are_parsed_once_whole() {
        let bytes = b"GET /ws HTTP/1.1\r\nHost: a\r\nUpgrade: x, Y\r\nUPGRADE: z\r\n\r\nrest";
        for length in 0..bytes.len() - 4 {
            assert!(matches!(parse(&bytes[..length]), Ok(None)), "{length}");
        }
        let head = parse(bytes).expect("valid").expect("whole");
        assert_eq!((&*head.method, &*head.path), ("GET", "/ws"));
        assert_eq!(
            head.elements("upgrade").collect::<Vec<_>>(),
            ["x", "Y", "z"]
        );
        assert!(head.single("upgrade").is_err());
        assert_eq!(head.leftover, b"rest");
    }

    #[test]
    fn nonsense_is_refused() {
        for bytes in [
            &b"\x16\x03\x01\x02\0\x01"[..],
            b"GET\r\n\r\n",
            b"GET / HTTP/9\r\n\r\n",
        ] {
            assert!(
                matches!(parse(bytes), Err(HeadError::Malformed(_))),
                "{bytes:?}"
            );
        }
    }
}
