//! Agents and waiting that the tests share.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use freeagentics::{Agent, Context, Message, Runtime};

/// Far more than any wait takes; only a failure lasts so long.
pub(crate) const LONG: Duration = Duration::from_secs(30);

pub(crate) fn runtime(shards: usize) -> Runtime {
    Runtime::builder()
        .shards(shards)
        .start()
        .expect("a runtime starts")
}

pub(crate) fn number(message: &Message) -> u64 {
    match message {
        Message::Payload(payload) => {
            u64::from_le_bytes(payload[..8].try_into().expect("eight bytes"))
        }
        other => panic!("not a number: {other:?}"),
    }
}

pub(crate) fn numbered(value: u64) -> Message {
    Message::payload(&value.to_le_bytes())
}

/// Counts messages; answers with the count; does what the payload says.
pub(crate) struct Counter {
    pub(crate) handled: Arc<AtomicU64>,
}

pub(crate) const PANIC: u64 = u64::MAX;

impl Agent for Counter {
    fn handle(&mut self, message: Message, context: &mut Context<'_>) {
        if let Message::Payload(_) = message {
            assert_ne!(number(&message), PANIC, "told to panic");
        }
        let count = self.handled.fetch_add(1, Ordering::Relaxed) + 1;
        context.reply(numbered(count));
    }
}

/// A gate that handlers wait at, so that a test decides when they go on.
#[derive(Clone, Default)]
pub(crate) struct Gate(Arc<(AtomicBool, AtomicBool)>);

impl Gate {
    pub(crate) fn pass(&self) {
        self.0.0.store(true, Ordering::Release);
        let deadline = Instant::now() + LONG;
        while !self.0.1.load(Ordering::Acquire) && Instant::now() < deadline {
            std::thread::yield_now();
        }
    }

    pub(crate) fn wait_until_reached(&self) {
        eventually("the handler begins", || self.0.0.load(Ordering::Acquire));
    }

    pub(crate) fn open(&self) {
        self.0.1.store(true, Ordering::Release);
    }
}

/// Waits at the gate with its first message, then counts.
pub(crate) struct Gated {
    pub(crate) gate: Gate,
    pub(crate) handled: Arc<AtomicU64>,
}

impl Agent for Gated {
    fn handle(&mut self, _: Message, context: &mut Context<'_>) {
        self.gate.pass();
        self.handled.fetch_add(1, Ordering::Relaxed);
        context.reply(numbered(0));
    }
}

pub(crate) fn eventually(what: &str, condition: impl Fn() -> bool) {
    let deadline = Instant::now() + LONG;
    while !condition() {
        assert!(Instant::now() < deadline, "not within {LONG:?}: {what}");
        std::thread::yield_now();
    }
}
