//! `websocket_connection/broadcast`: one publisher, a thousand subscribers, every delivery checked.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use fabench_harness::{Bencher, Failure, Stopwatch, ensure};
use freeagentics::gateway::client::Client;
use freeagentics::gateway::raise_descriptor_limit;
use futures_util::future::join_all;
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::{REPLY, client_runtime, connect, next_binary, request};
use crate::services::gateway::GatewayProcess;

/// Messages of one iteration: a burst, as a busy topic sends.
const MESSAGES: u64 = 50;
/// Deliveries of one iteration.
pub(super) const DELIVERIES: u64 = MESSAGES * CLIENTS;
/// Receivers of each message.
const CLIENTS: u64 = 1_000;
/// Messages that may be under way: enough to keep both sides busy, few enough that no outbox overflows.
const WINDOW: u64 = 32;
const PAYLOAD_BYTES: usize = 64;
const TOPIC: &[u8] = b"measured";
const SUBSCRIBE: u8 = 0x02;
const PUBLISH: u8 = 0x04;
/// Longest wait for a message that should be on its way.
const PATIENCE: Duration = Duration::from_secs(20);

pub(super) fn measure(b: &mut Bencher) -> Result<(), Failure> {
    let _ = raise_descriptor_limit();
    let gateway = GatewayProcess::start()?;
    let runtime = client_runtime()?;
    let mut audience = runtime.block_on(Audience::gather(gateway.address))?;
    b.iter_custom(|iterations| {
        let watch = Stopwatch::start();
        runtime.block_on(audience.publish(iterations * MESSAGES))?;
        Ok::<_, Failure>(watch.stop())
    })
}

/// A publisher and the clients that listen to it.
struct Audience {
    publisher: Client,
    published: u64,
    tally: Arc<Tally>,
    listeners: Vec<JoinHandle<Result<(), Failure>>>,
}

/// What arrived at all clients together.
#[derive(Default)]
struct Tally {
    delivered: AtomicU64,
    progress: Notify,
}

impl Audience {
    async fn gather(address: SocketAddr) -> Result<Self, Failure> {
        let tally = Arc::new(Tally::default());
        let clients = join_all((0..CLIENTS).map(|_| subscribe(address))).await;
        let listeners = clients
            .into_iter()
            .map(|client| Ok(tokio::spawn(listen(client?, Arc::clone(&tally)))));
        let listeners = listeners.collect::<Result<_, Failure>>()?;
        Ok(Self {
            publisher: connect(address).await?,
            published: 0,
            tally,
            listeners,
        })
    }

    /// Publishes `messages` and waits until every client has each of them.
    async fn publish(&mut self, messages: u64) -> Result<(), Failure> {
        for _ in 0..messages {
            self.wait_until_missing_at_most((WINDOW - 1) * CLIENTS)
                .await?;
            let body = [&topic()[..], &payload(self.published)].concat();
            // Id 0: no reply is asked for.
            let mut bytes = request(PUBLISH, &body);
            bytes[1] = 0;
            self.publisher.send_binary(bytes).await?;
            self.published += 1;
        }
        self.wait_until_missing_at_most(0).await
    }

    async fn wait_until_missing_at_most(&mut self, most: u64) -> Result<(), Failure> {
        loop {
            let progress = self.tally.progress.notified();
            let missing = self.published * CLIENTS - self.tally.delivered.load(Ordering::Acquire);
            if missing <= most {
                return Ok(());
            }
            if timeout(PATIENCE, progress).await.is_err() {
                return Err(self.explain(missing).await);
            }
        }
    }

    /// Why deliveries stopped: what the first listener that ended has to say.
    async fn explain(&mut self, missing: u64) -> Failure {
        for listener in self
            .listeners
            .iter_mut()
            .filter(|listener| listener.is_finished())
        {
            if let Ok(Err(failure)) = listener.await {
                return failure;
            }
        }
        Failure::new(format!(
            "{missing} deliveries did not come within {} s",
            PATIENCE.as_secs()
        ))
    }
}

async fn subscribe(address: SocketAddr) -> Result<Client, Failure> {
    let mut client = connect(address).await?;
    client.send_binary(request(SUBSCRIBE, &topic())).await?;
    let reply = next_binary(&mut client).await?;
    ensure(reply.first() == Some(&(SUBSCRIBE | REPLY)), || {
        format!("subscribing was answered by {reply:?}")
    })?;
    Ok(client)
}

/// Takes messages for ever; each must be the next one.
async fn listen(mut client: Client, tally: Arc<Tally>) -> Result<(), Failure> {
    for expected in 0_u64.. {
        let message = next_binary(&mut client).await?;
        ensure(message.ends_with(&payload(expected)), || {
            format!("expected message {expected}, got {message:?}")
        })?;
        if tally.delivered.fetch_add(1, Ordering::AcqRel) % CLIENTS == CLIENTS - 1 {
            tally.progress.notify_one();
        }
    }
    Ok(())
}

/// The topic with its length before it.
fn topic() -> Vec<u8> {
    [&[TOPIC.len() as u8], TOPIC].concat()
}

/// 64 bytes that tell the message's number.
fn payload(number: u64) -> [u8; PAYLOAD_BYTES] {
    let mut bytes = [b'.'; PAYLOAD_BYTES];
    bytes[..8].copy_from_slice(&number.to_le_bytes());
    bytes
}
