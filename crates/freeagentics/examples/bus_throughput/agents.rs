//! Ours: a runtime at either end.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use freeagentics::bus::{NatsBus, NatsOptions};
use freeagentics::{Agent, AgentId, AgentRange, Context, Message, Runtime};

use crate::other::{self, Other};
use crate::{MESSAGES, Outcome};

const AGENTS: usize = 1_000;
const BATCH: u64 = 256;
const PATIENCE: Duration = Duration::from_secs(60);
const PAYLOAD: [u8; 64] = [7; 64];

/// Counts what it handles; says, when asked, what all counted.
struct Counter {
    handled: Arc<[AtomicU64]>,
    index: usize,
}

impl Agent for Counter {
    fn handle(&mut self, _: Message, context: &mut Context<'_>) {
        if context.is_request() {
            let all: u64 = self
                .handled
                .iter()
                .map(|count| count.load(Ordering::Relaxed))
                .sum();
            context.reply(Message::payload(&all.to_le_bytes()));
            return;
        }
        let mine = &self.handled[self.index];
        mine.store(mine.load(Ordering::Relaxed) + 1, Ordering::Relaxed);
    }
}

pub(crate) fn receive(url: &str) -> Outcome<()> {
    let runtime = Runtime::builder().node(2).start()?;
    let handled: Arc<[AtomicU64]> = (0..AGENTS).map(|_| AtomicU64::new(0)).collect();
    runtime
        .spawn_many(AGENTS, move |id| Counter {
            handled: handled.clone(),
            index: id.number() as usize,
        })?
        .wait()?;
    let _bus = NatsBus::join(&runtime, NatsOptions::new(url))?;
    other::serve()
}

pub(crate) struct Sender {
    runtime: Runtime,
    bus: NatsBus,
    agents: AgentRange,
    sent: u64,
    _receiver: Other,
}

impl Sender {
    pub(crate) fn start(url: &str) -> Outcome<Self> {
        let receiver = Other::start("--agents", url)?;
        let runtime = Runtime::builder().node(1).start()?;
        let bus = NatsBus::join(&runtime, NatsOptions::new(url))?;
        Ok(Self {
            runtime,
            bus,
            agents: AgentRange::consecutive(AgentId::new(2, 0), AGENTS),
            sent: 0,
            _receiver: receiver,
        })
    }

    /// Messages a second, from the first that is sent to the last that is handled.
    pub(crate) fn round(&mut self) -> Outcome<f64> {
        let started = Instant::now();
        for first in (0..MESSAGES).step_by(BATCH as usize) {
            let batch = first..MESSAGES.min(first + BATCH);
            let messages = batch.filter_map(|number| {
                let to = self.agents.get(number as usize % AGENTS)?;
                Some((to, Message::payload(&PAYLOAD)))
            });
            self.runtime.send_many(messages)?;
        }
        self.sent += MESSAGES;
        self.bus.flush(PATIENCE)?;
        while self.handled()? < self.sent {
            std::thread::yield_now();
        }
        Ok(MESSAGES as f64 / started.elapsed().as_secs_f64())
    }

    fn handled(&self) -> Outcome<u64> {
        let teller = self.agents.get(0).ok_or("no agents")?;
        let asked = self.runtime.request(teller, Message::payload(&[]))?;
        match asked.wait(PATIENCE)? {
            Message::Payload(bytes) => Ok(u64::from_le_bytes(
                *bytes.first_chunk().ok_or("a short reply")?,
            )),
            other => Err(format!("the receiver said {other:?}").into()),
        }
    }
}
