//! A small client for Rust programs: tests, load generators, examples. Invariant: it speaks to a
//! gateway only through what `docs/protocol.md` documents.

use std::net::SocketAddr;

use bytes::Bytes;
use futures_util::{SinkExt, StreamExt};
use tokio::net::TcpStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Error, Message};

/// A connection to a gateway. The first message it receives is the welcome.
#[derive(Debug)]
pub struct Client {
    stream: WebSocketStream<TcpStream>,
}

impl Client {
    /// Connects and upgrades.
    ///
    /// # Errors
    /// The network's, or [`Error::Http`] with the gateway's refusal.
    pub async fn connect(address: SocketAddr, token: Option<&str>) -> Result<Self, Error> {
        Self::open(address, &format!("ws://{address}/ws"), token).await
    }

    /// Connects to `address` and upgrades at `url`, whose host the server is told.
    ///
    /// # Errors
    /// The URL's, the network's, or [`Error::Http`] with the server's refusal.
    pub async fn open(address: SocketAddr, url: &str, token: Option<&str>) -> Result<Self, Error> {
        let mut request = url.into_client_request()?;
        if let Some(token) = token {
            let value = HeaderValue::from_str(&format!("Bearer {token}"))?;
            request.headers_mut().insert("Authorization", value);
        }
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let config = WebSocketConfig::default()
            .read_buffer_size(4096)
            .write_buffer_size(0)
            .max_frame_size(None)
            .max_message_size(None);
        let (stream, _) =
            tokio_tungstenite::client_async_with_config(request, stream, Some(config)).await?;
        Ok(Self { stream })
    }

    /// Sends one text message.
    ///
    /// # Errors
    /// The network's, or that the connection is closed.
    pub async fn send_text(&mut self, text: impl Into<String>) -> Result<(), Error> {
        self.stream.send(Message::Text(text.into().into())).await
    }

    /// Sends one binary message.
    ///
    /// # Errors
    /// The network's, or that the connection is closed.
    pub async fn send_binary(&mut self, bytes: impl Into<Bytes>) -> Result<(), Error> {
        self.stream.send(Message::Binary(bytes.into())).await
    }

    /// The next message; `None` once the connection is closed.
    ///
    /// # Errors
    /// The network's or the protocol's.
    pub async fn next(&mut self) -> Result<Option<Message>, Error> {
        self.stream.next().await.transpose()
    }

    /// The next text message, as text.
    ///
    /// # Errors
    /// The network's; [`Error::ConnectionClosed`] when there is none.
    pub async fn next_text(&mut self) -> Result<String, Error> {
        loop {
            match self.next().await? {
                Some(Message::Text(text)) => return Ok(text.to_string()),
                Some(Message::Close(_)) | None => return Err(Error::ConnectionClosed),
                Some(_) => {}
            }
        }
    }

    /// The stream itself, for what this client does not offer.
    #[must_use]
    pub fn into_inner(self) -> WebSocketStream<TcpStream> {
        self.stream
    }
}
