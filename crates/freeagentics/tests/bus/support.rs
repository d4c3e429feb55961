//! Agents and waiting that the tests share.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use freeagentics::{Agent, AgentId, Context, Message, Runtime, Undelivered};

/// Far more than any wait takes; only a failure lasts so long.
pub(crate) const LONG: Duration = Duration::from_secs(60);

pub(crate) fn runtime(node: u16) -> Runtime {
    Runtime::builder()
        .node(node)
        .shards(2)
        .start()
        .expect("a runtime starts")
}

pub(crate) fn numbered(value: u64) -> Message {
    let mut bytes = [0; 64];
    bytes[..8].copy_from_slice(&value.to_le_bytes());
    Message::payload(&bytes)
}

pub(crate) fn number(message: &Message) -> u64 {
    match message {
        Message::Payload(payload) => {
            u64::from_le_bytes(payload[..8].try_into().expect("eight bytes"))
        }
        other => panic!("not a number: {other:?}"),
    }
}

/// Expects 0, 1, 2 and so on; answers with how many came.
#[derive(Clone, Default)]
pub(crate) struct Checker {
    next: u64,
    pub(crate) seen: Arc<AtomicU64>,
    pub(crate) wrong: Arc<AtomicU64>,
}

impl Agent for Checker {
    fn handle(&mut self, message: Message, context: &mut Context<'_>) {
        if context.is_request() {
            context.reply(numbered(self.next));
            return;
        }
        if number(&message) != self.next {
            self.wrong.fetch_add(1, Ordering::AcqRel);
        }
        self.next += 1;
        self.seen.fetch_add(1, Ordering::AcqRel);
    }
}

/// Passes each message on to one agent; counts what comes back.
pub(crate) struct Forwarder {
    pub(crate) to: AgentId,
    pub(crate) returned: Arc<AtomicU64>,
}

impl Agent for Forwarder {
    fn handle(&mut self, message: Message, context: &mut Context<'_>) {
        context.send(self.to, message).expect("the bus takes it");
    }

    fn undelivered(&mut self, bounce: Undelivered, _: &mut Context<'_>) {
        assert_eq!(bounce.to, self.to);
        self.returned.fetch_add(1, Ordering::AcqRel);
    }
}

pub(crate) fn eventually(what: &str, condition: impl Fn() -> bool) {
    let deadline = Instant::now() + LONG;
    while !condition() {
        assert!(Instant::now() < deadline, "not within {LONG:?}: {what}");
        std::thread::yield_now();
    }
}
