//! Prints how fast the runtime spawns, sends and answers on this machine, and what an agent costs.
//!
//! `cargo run --release -p freeagentics --example throughput`

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

use std::time::{Duration, Instant};

use freeagentics::{
    Agent, AgentId, AgentRange, Command, Context, Explorer, GridWorld, Message, Placement, Runtime,
    SpawnOptions,
};

const LIMIT: Duration = Duration::from_secs(120);
const RUNS: usize = 5;

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

/// Counts, and answers requests.
struct Counter(u64);

impl Agent for Counter {
    fn handle(&mut self, message: Message, context: &mut Context<'_>) {
        if let Message::Payload(payload) = &message {
            self.0 += u64::from(payload[0]);
        }
        if context.is_request() {
            context.reply(message);
        }
    }
}

/// Passes each message on: to an agent drawn at random, or to one of its neighbours.
struct Hopper {
    others: AgentRange,
    neighbours: u64,
    draw: u64,
}

impl Agent for Hopper {
    fn handle(&mut self, message: Message, context: &mut Context<'_>) {
        let Message::Payload(payload) = &message else {
            return;
        };
        let left = u32::from_le_bytes([payload[0], payload[1], payload[2], payload[3]]);
        if left == 0 {
            return;
        }
        self.draw ^= self.draw << 13;
        self.draw ^= self.draw >> 7;
        self.draw ^= self.draw << 17;
        let len = self.others.len() as u64;
        let index = match context.id().number().checked_div(self.neighbours) {
            None => self.draw % len,
            Some(block) => (block * self.neighbours + self.draw % self.neighbours).min(len - 1),
        };
        let mut next = [0; 64];
        next[..4].copy_from_slice(&(left - 1).to_le_bytes());
        let to = self.others.get(index as usize).unwrap_or(context.id());
        // A refusal ends this chain; the count of handled messages shows it.
        let _ = context.send(to, Message::payload(&next));
    }
}

fn main() -> Outcome<()> {
    println!(
        "{} shards; best of {RUNS} runs each",
        Runtime::builder().start()?.shards()
    );
    explorers()?;
    spawn_one()?;
    for batch in [256, 1] {
        from_outside(batch)?;
    }
    for (agents, neighbours) in [(1_000_000, 0), (1_000_000, 64), (1000, 0)] {
        between_agents(agents, neighbours)?;
    }
    requests()?;
    Ok(())
}

fn explorers() -> Outcome<()> {
    const AGENTS: usize = 1_000_000;
    let world = GridWorld::informative(10, 10)?;
    let mut best = f64::INFINITY;
    for run in 0..RUNS {
        let before = resident_bytes();
        let runtime = Runtime::builder().start()?;
        let made = world.clone();
        let started = Instant::now();
        runtime
            .spawn_many(AGENTS, move |id| Explorer::new(&made, id.number()))?
            .wait()?;
        best = best.min(started.elapsed().as_secs_f64());
        if run == 0 {
            let bytes = (resident_bytes() - before) / AGENTS as f64;
            println!(
                "memory: {bytes:.0} bytes RSS per live explorer (1 M, 10 x 10, f32), mailbox included"
            );
            let started = Instant::now();
            let report = runtime.step_all().wait()?;
            let rate = report.agents as f64 / started.elapsed().as_secs_f64();
            let bytes = (resident_bytes() - before) / AGENTS as f64;
            println!(
                "step all: {:.2} M explorer steps/s; then {bytes:.0} bytes each",
                rate / 1e6
            );
        }
        runtime.shutdown(LIMIT)?;
    }
    println!(
        "spawn in bulk: {:.2} M explorers/s",
        AGENTS as f64 / best / 1e6
    );
    Ok(())
}

fn spawn_one() -> Outcome<()> {
    const AGENTS: usize = 100_000;
    let world = GridWorld::informative(10, 10)?;
    let mut best = f64::INFINITY;
    for _ in 0..RUNS {
        let runtime = Runtime::builder().start()?;
        let started = Instant::now();
        for seed in 0..AGENTS {
            runtime.spawn(Explorer::new(&world, seed as u64))?;
        }
        runtime.settle(LIMIT)?;
        best = best.min(started.elapsed().as_secs_f64());
    }
    println!(
        "spawn one by one: {:.2} us each, until all are there",
        best / AGENTS as f64 * 1e6
    );
    Ok(())
}

fn from_outside(batch: usize) -> Outcome<()> {
    const MESSAGES: usize = 4_000_000;
    let mut best = f64::INFINITY;
    for _ in 0..RUNS {
        let runtime = Runtime::builder().mailbox_capacity(65_535).start()?;
        let agents = runtime.spawn_many(1000, |_| Counter(0))?.wait()?;
        let payload = Message::payload(&[1; 64]);
        let started = Instant::now();
        std::thread::scope(|scope| {
            for producer in 0..2 {
                let (runtime, payload) = (&runtime, &payload);
                scope.spawn(move || {
                    let to = |i: usize| {
                        agents
                            .get((i * 7 + producer) % 1000)
                            .map(|id| (id, payload.clone()))
                    };
                    for i in 0..MESSAGES / 2 / batch {
                        let accepted = if batch == 1 {
                            to(i).map(|(id, message)| runtime.send(id, message).is_ok())
                        } else {
                            let many = (0..batch).filter_map(|k| to(i * batch + k));
                            Some(runtime.send_many(many).is_ok())
                        };
                        assert_eq!(accepted, Some(true), "the policy is to wait for room");
                    }
                });
            }
        });
        runtime.settle(LIMIT)?;
        let rate = runtime.stats().handled as f64 / started.elapsed().as_secs_f64();
        best = best.min(1.0 / rate);
    }
    println!(
        "2 producers to 1000 agents, 64 bytes, {batch} at a time: {:.1} M messages/s",
        1e-6 / best
    );
    Ok(())
}

fn between_agents(agents: usize, neighbours: u64) -> Outcome<()> {
    const CHAINS: usize = 20_000;
    const HOPS: u32 = 200;
    let mut best = f64::INFINITY;
    for _ in 0..RUNS {
        let runtime = Runtime::builder().start()?;
        let first = runtime.spawn_with(
            agents,
            SpawnOptions {
                placement: Placement::Spread,
                ..SpawnOptions::default()
            },
            move |id| Hopper {
                others: AgentRange::consecutive(AgentId::new(0, 0), agents),
                neighbours,
                draw: id.number() | (1 << 40),
            },
        )?;
        let range = first.wait()?;
        let mut payload = [0; 64];
        payload[..4].copy_from_slice(&HOPS.to_le_bytes());
        let started = Instant::now();
        let step = agents / CHAINS.min(agents);
        runtime.send_many((0..CHAINS).filter_map(|i| {
            range
                .get(i * step % agents)
                .map(|id| (id, Message::payload(&payload)))
        }))?;
        runtime.settle(LIMIT)?;
        let handled = runtime.stats().handled;
        assert_eq!(
            handled,
            CHAINS as u64 * u64::from(HOPS + 1),
            "every hop arrives"
        );
        best = best.min(started.elapsed().as_secs_f64() / handled as f64);
    }
    let whom = if neighbours == 0 {
        "random agent"
    } else {
        "neighbour on its shard"
    };
    println!(
        "agent to {whom}, {agents} alive: {:.1} M messages/s",
        1e-6 / best
    );
    Ok(())
}

fn requests() -> Outcome<()> {
    const REQUESTS: usize = 200_000;
    let runtime = Runtime::builder().start()?;
    let id = runtime.spawn(Counter(0))?;
    let payload = Message::payload(&[1; 64]);
    let mut best = f64::INFINITY;
    for _ in 0..RUNS {
        let started = Instant::now();
        for _ in 0..REQUESTS {
            runtime.request(id, payload.clone())?.wait(LIMIT)?;
        }
        best = best.min(started.elapsed().as_secs_f64());
    }
    println!(
        "request/reply, one at a time: {:.2} us",
        best / REQUESTS as f64 * 1e6
    );
    let asynchronous = tokio::runtime::Builder::new_current_thread().build()?;
    let mut best = f64::INFINITY;
    for _ in 0..RUNS {
        let started = Instant::now();
        asynchronous.block_on(async {
            for _ in 0..REQUESTS {
                runtime.request(id, payload.clone())?.await?;
            }
            Ok::<(), freeagentics::RequestError>(())
        })?;
        best = best.min(started.elapsed().as_secs_f64());
    }
    println!(
        "request/reply awaited, one at a time: {:.2} us",
        best / REQUESTS as f64 * 1e6
    );
    runtime.send(id, Message::Command(Command::Stop))?;
    Ok(())
}

/// Resident memory of this process, from the kernel's page counts.
fn resident_bytes() -> f64 {
    let pages = std::fs::read_to_string("/proc/self/statm")
        .ok()
        .and_then(|text| text.split_whitespace().nth(1)?.parse::<f64>().ok());
    pages.map_or(f64::NAN, |pages| pages * 4096.0)
}
