//! A runtime in a process of its own whose agents count what comes over the bus.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use fabench_harness::{Failure, ensure};
use freeagentics::bus::{NatsBus, NatsOptions};
use freeagentics::{Agent, AgentId, AgentRange, Context, Message, Runtime};

use super::{Service, say, wait_for_the_end};

/// The argument that makes this executable a receiver.
pub(super) const ARGUMENT: &str = "--serve-receiver";
/// Server and name of the bus, with a space between them.
const VARIABLE: &str = "FREEAGENTICS_SUITE_BUS";
/// The receiver's node number.
const NODE: u16 = 2;
const AGENTS: usize = 1_000;

/// A receiver process; ends with this value.
#[derive(Debug)]
pub(crate) struct Receiver {
    _service: Service,
}

impl Receiver {
    /// Starts the process and waits until it has joined the bus.
    pub(crate) fn start(url: &str, bus: &str) -> Result<Self, Failure> {
        let said = format!("{url} {bus}");
        let _service = Service::start_with(ARGUMENT, Some((VARIABLE, &said)))?;
        Ok(Self { _service })
    }

    /// Its agents. Asked, the first says how many messages all have handled.
    pub(crate) fn agents() -> AgentRange {
        AgentRange::consecutive(AgentId::new(NODE, 0), AGENTS)
    }
}

/// Counts what it handles; says, when asked, what all counted.
struct Counter {
    /// One counter per agent: counting must not be what is measured.
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

pub(super) fn serve() -> Result<(), Failure> {
    let said = std::env::var(VARIABLE)?;
    let (url, bus) = said
        .split_once(' ')
        .ok_or("the variable holds no server and bus")?;
    let runtime = Runtime::builder().node(NODE).start()?;
    let handled: Arc<[AtomicU64]> = (0..AGENTS).map(|_| AtomicU64::new(0)).collect();
    let counter = move |id: AgentId| Counter {
        handled: Arc::clone(&handled),
        index: id.number() as usize,
    };
    let agents = runtime.spawn_many(AGENTS, counter)?.wait()?;
    ensure(agents == Receiver::agents(), || {
        format!("the agents are {agents:?}, not {:?}", Receiver::agents())
    })?;
    let options = NatsOptions {
        bus: bus.to_owned(),
        ..NatsOptions::new(url)
    };
    let _bus = NatsBus::join(&runtime, options)?;
    say("joined");
    wait_for_the_end();
    Ok(())
}
