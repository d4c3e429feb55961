//! One runtime under a load that is drawn at random, to its end. Invariant: what went in came out: sent = handled + forwarded +
//! rejected + dead-lettered, in every count that the runtime gives.

use std::time::Duration;

use anyhow::ensure;
use freeagentics::{
    Agent, AgentId, Context, Message, Restart, Runtime, SpawnOptions, Stats, WhenFull,
};
use rand::{Rng, RngExt as _};

/// Far more than any wait takes.
const LONG: Duration = Duration::from_secs(60);

/// What is drawn.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scenario {
    shards: usize,
    mailbox: usize,
    shard_capacity: usize,
    when_full: WhenFull,
    agents: usize,
    producers: u64,
    sends: u64,
    hops: u64,
    /// Steps of all agents while all send.
    steps: u64,
    /// One handler in so many panics; 0: none.
    panics: u64,
    restarts: u16,
    /// The runtime is shut down while all send.
    in_the_middle: bool,
    /// How long that shutdown lets agents finish what they have.
    grace: Duration,
}

impl Scenario {
    pub(crate) fn draw(rng: &mut impl Rng) -> Self {
        Self {
            shards: rng.random_range(1..=4),
            mailbox: 1 << rng.random_range(0..8),
            shard_capacity: 1 << rng.random_range(3..14),
            when_full: if rng.random() {
                WhenFull::Refuse
            } else {
                WhenFull::Wait(Duration::from_millis(2))
            },
            agents: rng.random_range(1..400),
            producers: rng.random_range(1..=4),
            sends: rng.random_range(1..3000),
            hops: rng.random_range(0..12),
            steps: rng.random_range(0..4),
            panics: [0, 31, 997][rng.random_range(0..3)],
            restarts: rng.random_range(0..3),
            in_the_middle: rng.random(),
            grace: if rng.random() { Duration::ZERO } else { LONG },
        }
    }

    /// Runs it; the runtime's last count.
    pub(crate) fn run(&self) -> anyhow::Result<Stats> {
        let runtime = Runtime::builder()
            .shards(self.shards)
            .mailbox_capacity(self.mailbox)
            .shard_capacity(self.shard_capacity)
            .when_full(self.when_full)
            .start()?;
        let options = SpawnOptions {
            restart: Restart::AtMost(self.restarts),
            ..SpawnOptions::default()
        };
        let (others, panics) = (self.agents as u64 + 5, self.panics);
        let agents = runtime
            .spawn_with(self.agents, options, move |_| Hopper { others, panics })?
            .wait()?;
        let report = std::thread::scope(|scope| {
            for producer in 0..self.producers {
                let (runtime, agents) = (&runtime, &agents);
                scope.spawn(move || {
                    for i in 0..self.sends {
                        let to = (i * 7 + producer) as usize % agents.len();
                        let Some(to) = agents.get(to) else { continue };
                        // Refusals are counted by the runtime; its counts are what is judged.
                        let _ = runtime.send(to, hops(self.hops));
                        if i.is_multiple_of(50) {
                            let many = agents.iter().take(64).map(|id| (id, hops(2)));
                            let _ = runtime.send_many(many);
                        }
                    }
                });
            }
            for _ in 0..self.steps {
                // Nobody waits for it; a shutdown ends it.
                drop(runtime.step_all());
            }
            self.in_the_middle.then(|| runtime.shutdown(self.grace))
        });
        let report = match report {
            Some(report) => report?,
            None => {
                runtime.settle(LONG)?;
                balanced(runtime.stats())?;
                runtime.shutdown(LONG)?
            }
        };
        ensure!(
            report.stuck_shards == 0,
            "{} shards stuck",
            report.stuck_shards
        );
        let stats = runtime.stats();
        balanced(stats)?;
        ensure!(stats.agents == 0, "agents are left: {stats:?}");
        Ok(stats)
    }
}

fn balanced(stats: Stats) -> anyhow::Result<()> {
    ensure!(
        stats.sent == stats.handled + stats.forwarded + stats.rejected + stats.dead_lettered,
        "messages were lost or made: {stats:?}"
    );
    Ok(())
}

fn hops(left: u64) -> Message {
    Message::payload(&left.to_le_bytes())
}

/// What panicking handlers say.
pub(crate) const PLANNED: &str = "a planned panic";

/// Passes each message on to a random agent, some of which do not exist, until its hops are used up, and begins one with each
/// step.
struct Hopper {
    others: u64,
    panics: u64,
}

impl Agent for Hopper {
    fn handle(&mut self, message: Message, context: &mut Context<'_>) {
        let Message::Payload(payload) = message else {
            return;
        };
        let Some(left) = payload
            .first_chunk()
            .map(|bytes| u64::from_le_bytes(*bytes))
        else {
            return;
        };
        let draw = context.random().random::<u64>();
        assert!(
            self.panics == 0 || !draw.is_multiple_of(self.panics),
            "{PLANNED}"
        );
        if left > 0 {
            // A refusal is counted by the runtime.
            let _ = context.send(AgentId::new(0, (draw >> 16) % self.others), hops(left - 1));
        }
    }

    fn step(&mut self, context: &mut Context<'_>) {
        let to = context.random().random_range(0..self.others);
        let _ = context.send(AgentId::new(0, to), hops(2));
    }
}
