//! Starting gateways for tests, and speaking to them raw.
#![allow(dead_code, reason = "each test file uses its part")]

pub(crate) mod chromium;
pub(crate) mod raw;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

pub(crate) use raw::*;

use freeagentics::gateway::client::Client;
use freeagentics::gateway::world::World;
use freeagentics::gateway::{AgentHost, Gateway, GatewayConfig, Hub, Metrics, NoAgents};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::timeout;

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
        Self::of(Gateway::bind(config, host).expect("bind"))
    }

    /// Serves a world whose heart beats.
    pub(crate) fn with_world(config: GatewayConfig, world: &Arc<World>) -> Self {
        let gateway = Gateway::bind(config, world.clone()).expect("bind");
        world.start(&gateway);
        Self::of(gateway)
    }

    fn of(gateway: Gateway) -> Self {
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

    /// Shows that the server still answers somebody else.
    pub(crate) async fn serves_others(&self) {
        let mut client = self.welcomed().await;
        client
            .send_text(r#"{"type":"echo","id":1,"payload":"still here"}"#)
            .await
            .expect("send");
        let reply = timeout(PATIENCE, client.next_text())
            .await
            .expect("time")
            .expect("echo");
        assert_eq!(json(&reply)["payload"], "still here");
    }

    /// The value of a metric.
    pub(crate) async fn metric(&self, name: &str) -> u64 {
        let text = http_get(self.address, "/metrics", "").await;
        text.lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix(' '))
            .and_then(|value| value.parse().ok())
            .unwrap_or_else(|| panic!("no {name} in {text}"))
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

/// Waits until `condition` holds.
pub(crate) async fn until(what: &str, mut condition: impl FnMut() -> bool) {
    let start = std::time::Instant::now();
    while !condition() {
        assert!(start.elapsed() < PATIENCE, "waited in vain: {what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

pub(crate) fn json(text: &str) -> serde_json::Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}
