//! `message_throughput/nats`: messages from one process to another over a NATS server, every one counted there.

use std::time::Duration;

use fabench_harness::{Bencher, Failure, Stopwatch, ensure};
use freeagentics::bus::{NatsBus, NatsOptions};
use freeagentics::{AgentId, Message, Runtime};

use crate::services::nats::NatsServer;
use crate::services::receiver::Receiver;

/// Messages of one iteration.
pub(super) const MESSAGES: u64 = 1_000_000;
const BATCH: u64 = 256;
const PAYLOAD: [u8; 64] = [7; 64];
const PATIENCE: Duration = Duration::from_secs(60);

pub(super) fn measure(b: &mut Bencher) -> Result<(), Failure> {
    let server = NatsServer::start()?;
    // A name of its own: on a shared server this launch hears nobody and disturbs nobody.
    let name = format!("fabench-{}", std::process::id());
    let _receiver = Receiver::start(&server.url, &name)?;
    let runtime = Runtime::builder().node(1).start()?;
    let options = NatsOptions {
        bus: name,
        ..NatsOptions::new(&server.url)
    };
    let bus = NatsBus::join(&runtime, options)?;
    let mut sent = 0;
    b.iter_custom(|iterations| {
        let watch = Stopwatch::start();
        for _ in 0..iterations {
            let mut next = 0;
            while next < MESSAGES {
                let batch = next..MESSAGES.min(next + BATCH);
                next = batch.end;
                send(&runtime, &bus, batch)?;
            }
            sent += MESSAGES;
            bus.flush(PATIENCE)?;
            arrived(&runtime, sent)?;
        }
        Ok::<_, Failure>(watch.stop())
    })
}

/// Sends a batch to the receiver's agents in turn; what the full queue refuses, again when there is room.
fn send(runtime: &Runtime, bus: &NatsBus, batch: std::ops::Range<u64>) -> Result<(), Failure> {
    let agents = Receiver::agents();
    let to = |number: u64| {
        let index = number as usize % agents.len();
        agents.get(index).unwrap_or(AgentId::new(0, 0))
    };
    let mut left: Vec<AgentId> = batch.map(to).collect();
    loop {
        let messages = left.iter().map(|&to| (to, Message::payload(&PAYLOAD)));
        let Err(error) = runtime.send_many(messages) else {
            return Ok(());
        };
        left = error
            .refused
            .iter()
            .map(|(position, _)| left[*position])
            .collect();
        bus.flush(PATIENCE)?;
    }
}

/// Waits until the receiver's agents have handled `sent` messages, and not one more.
fn arrived(runtime: &Runtime, sent: u64) -> Result<(), Failure> {
    let teller = Receiver::agents().get(0).ok_or("no receiver")?;
    loop {
        let reply = runtime
            .request(teller, Message::payload(&[]))?
            .wait(PATIENCE)?;
        let Message::Payload(bytes) = &reply else {
            return Err(Failure::new(format!("the receiver said {reply:?}")));
        };
        let seen = u64::from_le_bytes(*bytes.first_chunk().ok_or("a short reply")?);
        ensure(seen <= sent, || format!("{seen} of {sent} messages came"))?;
        if seen == sent {
            return Ok(());
        }
    }
}
