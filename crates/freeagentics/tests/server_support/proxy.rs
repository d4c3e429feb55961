//! A way to a server that can be cut, held up or forgotten: a proxy on the loopback interface.
//!
//! Invariant: while the way is open every byte passes, in order; what it does with them at other times is what [`Way`] says.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// What becomes of connections and their bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// Bytes pass.
    Open,
    /// Connections end at once, and so do new ones.
    Cut,
    /// Connections stand, new ones are accepted, no byte passes; all of them pass later, when the way is open again.
    HeldUp,
    /// As seen by clients of a router that has lost its table: connections stand and stay silent for ever, also when the way
    /// is open again. The server sees them end.
    Forgotten,
}

/// The proxy; ends when dropped.
pub(crate) struct Proxy {
    port: u16,
    way: watch::Sender<Way>,
    accepting: tokio::task::JoinHandle<()>,
}

impl Proxy {
    /// A proxy before port `server` of the loopback interface.
    pub(crate) async fn start(server: u16) -> std::io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let port = listener.local_addr()?.port();
        let (way, watched) = watch::channel(Way::Open);
        let accepting = tokio::spawn(async move {
            loop {
                match listener.accept().await {
                    Ok((client, _)) => {
                        tokio::spawn(carry(client, server, watched.clone()));
                    }
                    // No descriptor is free, say: others will be.
                    Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
                }
            }
        });
        Ok(Self {
            port,
            way,
            accepting,
        })
    }

    /// Where clients connect.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// From now on it is so.
    pub(crate) fn set(&self, way: Way) {
        self.way.send_replace(way);
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

/// Carries one connection to its end.
async fn carry(mut client: TcpStream, server: u16, mut way: watch::Receiver<Way>) {
    match reached(&mut way, |way| way != Way::HeldUp).await {
        Some(Way::Open) => {}
        Some(Way::Forgotten) => return swallow(&mut client).await,
        _ => return,
    }
    let Ok(mut server) = TcpStream::connect(("127.0.0.1", server)).await else {
        return;
    };
    // Neither must wait for more bytes.
    let _ = (client.set_nodelay(true), server.set_nodelay(true));
    let ways = [way.clone(), way.clone()];
    let end = {
        let (from_client, to_client) = client.split();
        let (from_server, to_server) = server.split();
        let [out, back] = ways;
        tokio::select! {
            end = reached(&mut way, |way| matches!(way, Way::Cut | Way::Forgotten)) => end,
            _ = pass(from_client, to_server, out) => None,
            _ = pass(from_server, to_client, back) => None,
        }
    };
    drop(server);
    if end == Some(Way::Forgotten) {
        swallow(&mut client).await;
    }
}

/// Waits for a way of this kind; `None` when the proxy is gone.
async fn reached(way: &mut watch::Receiver<Way>, kind: impl Fn(Way) -> bool) -> Option<Way> {
    way.wait_for(|way| kind(*way)).await.ok().map(|way| *way)
}

/// Reads and writes while the way is open.
async fn pass(
    mut from: impl AsyncReadExt + Unpin,
    mut to: impl AsyncWriteExt + Unpin,
    mut way: watch::Receiver<Way>,
) -> Option<()> {
    let mut bytes = vec![0; 32 << 10];
    loop {
        reached(&mut way, |way| way == Way::Open).await?;
        let count = from.read(&mut bytes).await.ok()?;
        if count == 0 {
            return None;
        }
        // What came while the way was closing is held up too.
        reached(&mut way, |way| way == Way::Open).await?;
        to.write_all(&bytes[..count]).await.ok()?;
    }
}

/// Takes what the client says and never answers, until it goes.
async fn swallow(client: &mut TcpStream) {
    let mut bytes = vec![0; 4 << 10];
    while client.read(&mut bytes).await.is_ok_and(|count| count > 0) {}
}
