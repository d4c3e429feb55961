//! The grid world as a gateway's host. Invariant: every request ends, with an answer or a typed
//! error, within [`REQUEST_TIMEOUT`].

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use active_inference::models;
use tokio::time::timeout;

use super::super::host::{AgentHost, HostError, HostFuture, StepReport};
use super::super::server::Gateway;
use super::board::Board;
use super::bridge::{self, Bridge};
use super::pulse::Pulse;
use super::walker::Walker;
use crate::context::mix;
use crate::inference::SharedModel;
use crate::{AgentId, Command, Message, RequestError, Runtime, RuntimeError, SendError};

const REQUEST_TIMEOUT: Duration = Duration::from_secs(10);

/// How large a world, and how fast.
#[derive(Debug, Clone, Copy)]
pub struct WorldSettings {
    /// Cells in a row, and rows.
    pub side: u32,
    /// Walkers from the start.
    pub agents: u32,
    /// Agents that clients may add.
    pub guests: u64,
    /// Time between two steps of all agents.
    pub period: Duration,
    /// Steps the explorers plan ahead.
    pub policy_len: usize,
    /// Of everything random.
    pub seed: u64,
    /// The node number in all ids; runtimes on one bus need different ones.
    pub node: u16,
}

impl Default for WorldSettings {
    fn default() -> Self {
        Self {
            side: 10,
            agents: 1000,
            guests: 100_000,
            period: Duration::from_millis(400),
            policy_len: 2,
            seed: 1,
            node: 0,
        }
    }
}

/// Why a world could not be made.
#[derive(Debug, thiserror::Error)]
pub enum WorldError {
    /// A grid that no model fits.
    #[error("no explorer for a grid of {side} x {side}: {source}; choose a side of 2 to 100")]
    Model {
        /// The side asked for.
        side: u32,
        /// What the model builder said.
        source: active_inference::ModelError,
    },
    /// The runtime could not start or spawn.
    #[error(transparent)]
    Runtime(#[from] RuntimeError),
}

/// Explorers on a grid.
pub struct World {
    runtime: Runtime,
    board: Arc<Board>,
    model: SharedModel,
    settings: WorldSettings,
    bridge: OnceLock<Arc<Bridge>>,
    /// Agents that clients have added.
    guests: AtomicU64,
}

impl World {
    /// Makes the world and its walkers.
    ///
    /// # Errors
    /// [`WorldError`].
    pub fn new(settings: WorldSettings) -> Result<Self, WorldError> {
        let side = settings.side.min(100);
        let cells = side as usize;
        let model = models::informative_explorer::<f32>(cells, cells, settings.policy_len)
            .map_err(|source| WorldError::Model { side, source })?;
        let model = SharedModel::new(model);
        let board = Arc::new(Board::new(side, side, settings.agents as usize));
        let runtime = Runtime::builder()
            .node(settings.node)
            .seed(settings.seed)
            .start()?;
        let (shared, ground) = (model.clone(), Arc::clone(&board));
        let seed = settings.seed;
        // A fresh runtime counts from 0, so a walker's number is its row on the board.
        runtime
            .spawn_many(settings.agents as usize, move |id| {
                let number = id.number();
                let cell = mix(seed ^ number) % u64::from(ground.area());
                let own_seed = mix(seed ^ !number);
                Walker::new(&shared, own_seed, &ground, number as u32, cell as u16)
            })?
            .wait()?;
        Ok(Self {
            runtime,
            board,
            model,
            settings,
            bridge: OnceLock::new(),
            guests: AtomicU64::new(0),
        })
    }

    /// Starts the world's heartbeat, which publishes through `gateway`. To be called within the
    /// async runtime that serves the gateway; a second call changes nothing.
    pub fn start(&self, gateway: &Gateway) {
        let bridge = Arc::new(Bridge::new(&self.runtime, gateway.hub()));
        if self.bridge.set(Arc::clone(&bridge)).is_err() {
            return;
        }
        let pulse = Pulse {
            runtime: self.runtime.clone(),
            board: Arc::clone(&self.board),
            bridge,
            hub: gateway.hub(),
            metrics: gateway.metrics(),
            agents: self.settings.agents,
        };
        tokio::spawn(pulse.beat(self.settings.period, self.settings.seed));
    }

    /// The runtime the agents live in.
    #[must_use]
    pub fn runtime(&self) -> &Runtime {
        &self.runtime
    }

    async fn ask(&self, agent: u64, message: Message) -> Result<StepReport, HostError> {
        let id = AgentId::new(self.runtime.node(), agent);
        let unknown = || HostError::NoSuchAgent(agent);
        if id.number() != agent {
            return Err(unknown());
        }
        if let Some(bridge) = self.bridge.get() {
            bridge.sync();
        }
        let refused = |error: RequestError| match error {
            RequestError::Send(SendError::Gone { .. }) => unknown(),
            RequestError::NoReply { .. } => HostError::BadObservation(
                "an explorer observes one outcome, a number from 0 to 4".into(),
            ),
            other => HostError::Unavailable(other.to_string()),
        };
        let reply = self.runtime.request(id, message).map_err(refused)?;
        let answer = timeout(REQUEST_TIMEOUT, reply)
            .await
            .map_err(|_| HostError::Unavailable("the agent is too busy; try again later".into()))?
            .map_err(refused)?;
        if let Some(bridge) = self.bridge.get() {
            bridge.drain();
        }
        match answer {
            Message::Acted(moment) => Ok(bridge::report(agent, self.runtime.tick(), &moment)),
            _ => Err(HostError::Unavailable(
                "the agent's answer is not a moment".into(),
            )),
        }
    }
}

impl AgentHost for World {
    fn agents(&self) -> u64 {
        self.runtime.stats().agents
    }

    fn spawn(&self, count: u32) -> HostFuture<'_, Vec<u64>> {
        Box::pin(async move {
            // Reserved before they are made: two clients at once cannot both have the last places.
            let wanted = u64::from(count);
            if self.guests.fetch_add(wanted, Ordering::Relaxed) + wanted > self.settings.guests {
                self.guests.fetch_sub(wanted, Ordering::Relaxed);
                let limit = self.settings.guests;
                let text = format!("clients may add at most {limit} agents to this server");
                return Err(HostError::Unavailable(text));
            }
            let unavailable = |error: RuntimeError| HostError::Unavailable(error.to_string());
            let (model, board) = (self.model.clone(), Arc::clone(&self.board));
            let seed = self.settings.seed;
            let range = self
                .runtime
                .spawn_many(count as usize, move |id| {
                    Walker::guest(&model, mix(seed ^ !id.number()), &board)
                })
                .map_err(unavailable)?
                .await
                .map_err(unavailable)?;
            Ok(range.iter().map(AgentId::number).collect())
        })
    }

    fn observe(&self, agent: u64, observation: Vec<u32>) -> HostFuture<'_, StepReport> {
        Box::pin(async move { self.ask(agent, Message::observation(&observation)).await })
    }

    fn inspect(&self, agent: u64) -> HostFuture<'_, StepReport> {
        Box::pin(async move { self.ask(agent, Message::Command(Command::Report)).await })
    }
}
