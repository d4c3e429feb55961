//! `message_throughput/*`: messages sent and handled, every one counted.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use fabench_harness::{Bencher, Benchmark, Failure, OpenLoop, Stopwatch, Suite, ensure};
use freeagentics::{Agent, AgentId, Context, Message, Runtime, RuntimeBuilder};

/// Receivers, producers and messages of `bulk`.
const AGENTS: usize = 1_000;
const PRODUCERS: u64 = 2;
const BULK: u64 = 1_000_000;
/// Messages that a producer hands over at once.
const BATCH: u64 = 256;
const PAYLOAD: [u8; 64] = [7; 64];
/// The open loop that follows the rounds of `async`.
const RATE_PER_SECOND: f64 = 5_000.0;
const REQUESTS: u64 = 1_000;
/// Longest wait for messages that should be on their way.
const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) fn add(suite: Suite) -> Suite {
    suite
        .add(
            Benchmark::new(
                "message_throughput/single",
                "send one message of 64 bytes to one agent, until it is handled",
            )
            .single_threaded()
            .primary_cpu_time()
            .throughput(1.0),
            single,
        )
        .add(
            Benchmark::new(
                "message_throughput/bulk",
                "1 000 000 messages of 64 bytes from 2 producers to 1 000 agents",
            )
            .throughput(BULK as f64),
            bulk,
        )
        .add(
            Benchmark::new(
                "message_throughput/async",
                "request and reply through the async edge",
            )
            .throughput(1.0)
            .latency(),
            request_reply,
        )
}

/// Counts what it handles; answers requests with the bytes it got.
struct Counter {
    /// One counter per agent, each written by its own agent only: counting must not be what is measured.
    handled: Arc<[AtomicU64]>,
    index: usize,
}

impl Agent for Counter {
    fn handle(&mut self, message: Message, context: &mut Context<'_>) {
        let mine = &self.handled[self.index];
        mine.store(mine.load(Ordering::Relaxed) + 1, Ordering::Relaxed);
        if context.is_request() {
            context.reply(message);
        }
    }
}

/// Agents that count, and what they counted.
struct Counters {
    runtime: Runtime,
    ids: Vec<AgentId>,
    handled: Arc<[AtomicU64]>,
    sent: u64,
}

impl Counters {
    fn start(builder: RuntimeBuilder, agents: usize) -> Result<Self, Failure> {
        let runtime = builder.start()?;
        let handled: Arc<[AtomicU64]> = (0..agents).map(|_| AtomicU64::new(0)).collect();
        let mine = Arc::clone(&handled);
        let counter = move |id: AgentId| Counter {
            handled: Arc::clone(&mine),
            index: id.number() as usize % agents,
        };
        let ids = runtime.spawn_many(agents, counter)?.wait()?;
        Ok(Self {
            runtime,
            ids: ids.iter().collect(),
            handled,
            sent: 0,
        })
    }

    /// Waits until all that was sent is handled, and counts it.
    fn settle(&mut self, sent: u64) -> Result<(), Failure> {
        self.sent += sent;
        self.runtime.settle(PATIENCE)?;
        let handled: u64 = self
            .handled
            .iter()
            .map(|count| count.load(Ordering::Relaxed))
            .sum();
        ensure(handled == self.sent, || {
            format!("{handled} of {} messages were handled", self.sent)
        })
    }
}

/// One shard, and the process pinned to one core: sender and shard take turns, as in `agent_spawn/single`.
fn single(b: &mut Bencher) -> Result<(), Failure> {
    let mut counters = Counters::start(Runtime::builder().shards(1), 1)?;
    let to = counters.ids[0];
    b.iter_custom(|messages| {
        let watch = Stopwatch::start();
        for _ in 0..messages {
            counters.runtime.send(to, Message::payload(&PAYLOAD))?;
        }
        counters.settle(messages)?;
        Ok::<_, Failure>(watch.stop())
    })
}

fn bulk(b: &mut Bencher) -> Result<(), Failure> {
    let mut counters = Counters::start(Runtime::builder(), AGENTS)?;
    b.iter_custom(|iterations| {
        let watch = Stopwatch::start();
        for _ in 0..iterations {
            thread::scope(|scope| {
                let produce = |producer| {
                    let counters = &counters;
                    scope.spawn(move || produce(counters, producer))
                };
                let producers: Vec<_> = (0..PRODUCERS).map(produce).collect();
                producers
                    .into_iter()
                    .try_for_each(|producer| match producer.join() {
                        Ok(sent) => sent,
                        Err(_) => Err(Failure::new("a producer panicked; see standard error")),
                    })
            })?;
            counters.settle(BULK)?;
        }
        Ok::<_, Failure>(watch.stop())
    })
}

/// A producer's share, in batches, to all agents in turn.
fn produce(counters: &Counters, producer: u64) -> Result<(), Failure> {
    let share = BULK / PRODUCERS;
    let mut next = producer * share;
    let mut left = share;
    while left > 0 {
        let batch = left.min(BATCH);
        let messages = (next..next + batch).map(|number| {
            let to = counters.ids[number as usize % AGENTS];
            (to, Message::payload(&PAYLOAD))
        });
        counters.runtime.send_many(messages)?;
        next += batch;
        left -= batch;
    }
    Ok(())
}

fn request_reply(b: &mut Bencher) -> Result<(), Failure> {
    let counters = Counters::start(Runtime::builder(), 1)?;
    let to = counters.ids[0];
    let edge = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let ask = async || {
        let reply = counters
            .runtime
            .request(to, Message::payload(&PAYLOAD))?
            .await?;
        ensure(
            reply == Message::payload(&PAYLOAD),
            || "the reply is not what was asked",
        )
    };
    b.iter_custom(|requests| {
        let watch = Stopwatch::start();
        edge.block_on(async {
            for _ in 0..requests {
                ask().await?;
            }
            Ok::<_, Failure>(watch.stop())
        })
    })?;
    b.probe(OpenLoop::new(RATE_PER_SECOND, REQUESTS).threads(2), |_| {
        let reply = counters
            .runtime
            .request(to, Message::payload(&PAYLOAD))?
            .wait(PATIENCE)?;
        ensure(
            reply == Message::payload(&PAYLOAD),
            || "the reply is not what was asked",
        )
    })
}
