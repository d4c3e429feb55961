//! `websocket_connection/broadcast`: one publisher, a thousand subscribers, every delivery checked.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use fabench_harness::{Bencher, Failure, Stopwatch};
use futures_util::future::join_all;
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::connection::Connection;
use super::{Server, client_runtime, make_room};

/// Messages of one iteration: a burst, as a busy topic sends.
const MESSAGES: u64 = 50;
/// Deliveries of one iteration.
pub(super) const DELIVERIES: u64 = MESSAGES * CLIENTS;
/// Receivers of each message.
const CLIENTS: u64 = 1_000;
/// Messages that may be under way: enough to keep both sides busy, few enough that no outbox overflows.
const WINDOW: u64 = 32;
/// Longest wait for a message that should be on its way.
const PATIENCE: Duration = Duration::from_secs(20);

pub(super) fn measure(b: &mut Bencher) -> Result<(), Failure> {
    make_room(CLIENTS as u32)?;
    let runtime = client_runtime()?;
    let server = Server::start(&runtime)?;
    let mut audience = runtime.block_on(Audience::gather(&server))?;
    b.iter_custom(|iterations| {
        let watch = Stopwatch::start();
        runtime.block_on(audience.publish(iterations * MESSAGES))?;
        Ok::<_, Failure>(watch.stop())
    })
}

/// A publisher and the clients that listen to it.
struct Audience {
    publisher: Connection,
    topic: String,
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
    async fn gather(server: &Server) -> Result<Self, Failure> {
        let tally = Arc::new(Tally::default());
        let clients = join_all((0..CLIENTS).map(|_| subscribe(server))).await;
        let listeners = clients
            .into_iter()
            .map(|client| Ok(tokio::spawn(listen(client?, Arc::clone(&tally)))));
        let listeners = listeners.collect::<Result<_, Failure>>()?;
        Ok(Self {
            publisher: server.connect_to_topics().await?,
            topic: server.topic().to_owned(),
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
            self.publisher.publish(&self.topic, self.published).await?;
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

async fn subscribe(server: &Server) -> Result<Connection, Failure> {
    let mut client = server.connect_to_topics().await?;
    match timeout(PATIENCE, client.subscribe(server.topic())).await {
        Ok(subscribed) => subscribed.map(|()| client),
        Err(_) => Err(Failure::new(format!(
            "subscribing was not answered within {} s: the server may have no topics to broadcast to",
            PATIENCE.as_secs()
        ))),
    }
}

/// Takes messages for ever; each must be the next one.
async fn listen(mut client: Connection, tally: Arc<Tally>) -> Result<(), Failure> {
    for expected in 0_u64.. {
        client.take(expected).await?;
        if tally.delivered.fetch_add(1, Ordering::AcqRel) % CLIENTS == CLIENTS - 1 {
            tally.progress.notify_one();
        }
    }
    Ok(())
}
