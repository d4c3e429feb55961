//! Starting gateways for tests, and speaking to them raw.
#![allow(dead_code, reason = "each test file uses its part")]

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use freeagentics::gateway::client::Client;
use freeagentics::gateway::{AgentHost, Gateway, GatewayConfig, Hub, Metrics, NoAgents};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// Longest wait for anything that must happen.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// A gateway on a port of its own.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) hub: Hub,
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Server {
    pub(crate) fn start(config: GatewayConfig) -> Self {
        Self::with_host(config, Arc::new(NoAgents))
    }

    pub(crate) fn with_host(config: GatewayConfig, host: Arc<dyn AgentHost>) -> Self {
        let gateway = Gateway::bind(config, host).expect("bind");
        let (address, metrics, hub) = (gateway.local_addr(), gateway.metrics(), gateway.hub());
        let (stop, stopped) = oneshot::channel();
        let task = tokio::spawn(async move {
            let shutdown = async {
                let _ = stopped.await;
            };
            gateway.serve(shutdown).await.expect("serve");
        });
        Self {
            address,
            metrics,
            hub,
            stop,
            task,
        }
    }

    pub(crate) async fn client(&self) -> Client {
        timeout(PATIENCE, Client::connect(self.address, None))
            .await
            .expect("time")
            .expect("connect")
    }

    /// A client that has read its welcome.
    pub(crate) async fn welcomed(&self) -> Client {
        let mut client = self.client().await;
        client.next_text().await.expect("welcome");
        client
    }

    pub(crate) async fn stop(self) {
        let _ = self.stop.send(());
        timeout(PATIENCE, self.task)
            .await
            .expect("stopped in time")
            .expect("no panic");
    }
}

pub(crate) fn json(text: &str) -> serde_json::Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
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
