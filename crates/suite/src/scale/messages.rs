//! `message_throughput/million`: messages hop from agent to random agent, every chain followed to its end.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use fabench_harness::{Bencher, Failure, Stopwatch, ensure};
use freeagentics::{Agent, AgentId, AgentRange, Context, Message, Runtime};

const AGENTS: usize = 1_000_000;
/// Chains that hop at the same time, and the hops of each.
const CHAINS: u64 = 10_000;
const HOPS: u64 = 1_000;
/// Messages of one iteration.
pub(super) const MESSAGES: u64 = CHAINS * HOPS;
const PATIENCE: Duration = Duration::from_secs(60);

/// Passes each message on to an agent drawn at random until its hops are used up.
struct Hopper {
    others: AgentRange,
    draw: u64,
    arrived: Arc<AtomicU64>,
}

impl Agent for Hopper {
    fn handle(&mut self, message: Message, context: &mut Context<'_>) {
        let Message::Payload(payload) = &message else {
            return;
        };
        let Some(left) = payload
            .first_chunk()
            .map(|bytes| u64::from_le_bytes(*bytes))
        else {
            return;
        };
        if left <= 1 {
            self.arrived.fetch_add(1, Ordering::Relaxed);
            return;
        }
        // xorshift64 (Marsaglia 2003).
        self.draw ^= self.draw << 13;
        self.draw ^= self.draw >> 7;
        self.draw ^= self.draw << 17;
        let next = self
            .others
            .get((self.draw % self.others.len() as u64) as usize);
        // A refusal ends the chain; the count shows it.
        let _ = context.send(next.unwrap_or(context.id()), hop(left - 1));
    }
}

pub(super) fn measure(b: &mut Bencher) -> Result<(), Failure> {
    let runtime = Runtime::builder().start()?;
    let arrived = Arc::new(AtomicU64::new(0));
    let mine = Arc::clone(&arrived);
    // The ids that a runtime of its own gives out first; checked below.
    let others = AgentRange::consecutive(AgentId::new(0, 0), AGENTS);
    let hopper = move |id: AgentId| Hopper {
        others,
        draw: id.number() | (1 << 40),
        arrived: Arc::clone(&mine),
    };
    let hoppers = runtime.spawn_many(AGENTS, hopper)?.wait()?;
    ensure(hoppers == others, || {
        format!("the agents are {hoppers:?}, not {others:?}")
    })?;
    let mut expected = 0;
    b.iter_custom(|iterations| {
        let watch = Stopwatch::start();
        for _ in 0..iterations {
            let first = hoppers.iter().step_by(AGENTS / CHAINS as usize);
            runtime.send_many(first.map(|to| (to, hop(HOPS))))?;
            runtime.settle(PATIENCE)?;
            // A chain arrives only if each of its hops was handled.
            expected += CHAINS;
            let seen = arrived.load(Ordering::Relaxed);
            ensure(seen == expected, || {
                format!("{seen} of {expected} chains arrived")
            })?;
        }
        Ok::<_, Failure>(watch.stop())
    })
}

/// A message of 64 bytes that has so many hops left.
fn hop(left: u64) -> Message {
    let mut bytes = [0; 64];
    bytes[..8].copy_from_slice(&left.to_le_bytes());
    Message::payload(&bytes)
}
