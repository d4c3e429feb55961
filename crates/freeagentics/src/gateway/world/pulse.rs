//! The world's heartbeat: steps of all agents, and news of them. Invariant: a step begins only
//! after the one before has ended, however slow it was; nothing is encoded that nobody listens to.

use std::sync::Arc;
use std::time::{Duration, Instant};

use rand::SeedableRng;
use rand_pcg::Pcg64Mcg;
use tokio::time::{MissedTickBehavior, interval};

use super::super::hub::Hub;
use super::super::metrics::{Metrics, Snapshot};
use super::super::protocol::Event;
use super::board::Board;
use super::bridge::Bridge;
use crate::{AgentId, Message, Runtime};

const STATS_EVERY: Duration = Duration::from_secs(1);
/// Agents drawn on the page: beyond this a picture gets no clearer.
const SHOWN: usize = 2_000;

pub(super) struct Pulse {
    pub(super) runtime: Runtime,
    pub(super) board: Arc<Board>,
    pub(super) bridge: Arc<Bridge>,
    pub(super) hub: Hub,
    pub(super) metrics: Arc<Metrics>,
    /// Walkers, numbered from 0.
    pub(super) agents: u32,
}

impl Pulse {
    /// Beats until the runtime shuts down.
    pub(super) async fn beat(self, period: Duration, seed: u64) {
        let mut ticks = interval(period);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut stats = StatsWindow::new(&self);
        let mut random = Pcg64Mcg::seed_from_u64(seed);
        let mut steps = 0;
        loop {
            ticks.tick().await;
            self.bridge.sync();
            random = match self.show_sights(random).await {
                Some(random) => random,
                None => return,
            };
            // Ends when every agent has handled what it was sent before.
            let Ok(report) = self.runtime.step_all().await else {
                tracing::debug!("the runtime has shut down: the world stands still");
                return;
            };
            let before = std::mem::replace(&mut steps, self.board.steps());
            self.metrics.count_steps(steps - before);
            self.bridge.drain();
            self.publish_world(report.tick, report.agents as u64);
            if stats.since.elapsed() >= STATS_EVERY {
                stats.publish(&self, report.agents as u64);
            }
        }
    }

    /// Sends each walker what it sees; gives the random numbers back. Away from the threads which
    /// serve clients, because the runtime makes the sender wait for slow agents.
    async fn show_sights(&self, mut random: Pcg64Mcg) -> Option<Pcg64Mcg> {
        let (runtime, board, agents) = (self.runtime.clone(), self.board.clone(), self.agents);
        let sending = tokio::task::spawn_blocking(move || {
            let node = runtime.node();
            let sights = board.sights(&mut random).zip(0..u64::from(agents));
            let sent = runtime.send_many(sights.map(|(outcome, number)| {
                (AgentId::new(node, number), Message::observation(&[outcome]))
            }));
            if let Err(error) = sent {
                tracing::warn!(%error, "some agents did not get to see their world");
            }
            random
        });
        sending.await.ok()
    }

    fn publish_world(&self, tick: u64, agents: u64) {
        if !self.hub.has_listeners("world") {
            return;
        }
        let (width, height) = (self.board.width, self.board.height);
        let (cells, colours) = (self.board.cells(SHOWN), self.board.colours());
        let event = Event::World {
            tick,
            width,
            height,
            agents,
            cells: &cells,
            colours: &colours,
        };
        self.hub.publish("world", &event);
    }
}

/// Counts at the start of the window over which rates are told.
struct StatsWindow {
    since: Instant,
    gateway: Snapshot,
    handled: u64,
    steps: u64,
}

impl StatsWindow {
    fn new(pulse: &Pulse) -> Self {
        Self {
            since: Instant::now(),
            gateway: pulse.metrics.snapshot(),
            handled: pulse.runtime.stats().handled,
            steps: pulse.board.steps(),
        }
    }

    fn publish(&mut self, pulse: &Pulse, agents: u64) {
        let seconds = self.since.elapsed().as_secs_f64();
        let gateway = pulse.metrics.snapshot();
        let handled = pulse.runtime.stats().handled;
        let (steps, mean_free_energy) = pulse.board.take_mean_energy(self.steps);
        let messages = (gateway.messages_in - self.gateway.messages_in)
            + (gateway.deliveries - self.gateway.deliveries)
            + (handled - self.handled);
        let event = Event::Stats {
            messages_per_second: messages as f64 / seconds,
            steps_per_second: (steps - self.steps) as f64 / seconds,
            mean_free_energy,
            connections: gateway.connections,
            agents,
        };
        pulse.hub.publish("stats", &event);
        *self = Self {
            since: Instant::now(),
            gateway,
            handled,
            steps,
        };
    }
}
