//! Explorers: active-inference agents with a body in a grid world of their own.
//!
//! Invariant: the world moves and shows outcomes with the probabilities of the agent's model; all draws come from the
//! runtime's seed, the agent's id and its event count.

mod world;

use std::sync::Arc;

use crate::agent::Agent;
use crate::context::Context;
use crate::error::StateError;
use crate::inference::Mind;
use crate::message::{Command, Message};

pub use world::GridWorld;

/// An agent that walks a grid: each step it observes where it stands, updates its belief, and moves.
///
/// Besides what [`crate::InferenceAgent`] understands, [`Command::Step`] and [`crate::Runtime::step_all`] make it act;
/// an observation that it is sent takes the place of what it would have seen. Its place shows in
/// [`crate::Moment::place`].
///
/// ```
/// use freeagentics::{Explorer, GridWorld, Runtime};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let world = GridWorld::informative(10, 10)?;
/// let runtime = Runtime::builder().seed(7).start()?;
/// let explorers = runtime.spawn_many(1000, move |id| Explorer::new(&world, id.number()))?.wait()?;
/// let report = runtime.step_all().wait()?;
/// assert_eq!(report.agents, explorers.len());
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Explorer {
    mind: Mind,
    world: Arc<GridWorld>,
    cell: u32,
}

impl Explorer {
    /// An explorer that starts in a cell which `seed` chooses.
    #[must_use]
    pub fn new(world: &Arc<GridWorld>, seed: u64) -> Self {
        let cell = crate::context::mix(seed) % world.cells() as u64;
        Self {
            mind: Mind::new(world.model(), seed),
            world: world.clone(),
            cell: cell as u32,
        }
    }

    /// How far beliefs of others move its own: 0 (the default) not at all, 1 replaces it.
    #[must_use]
    pub fn trusting(mut self, trust: f32) -> Self {
        self.mind.set_trust(trust);
        self
    }

    /// The cell it stands in, as row * width + column.
    #[must_use]
    pub fn cell(&self) -> u32 {
        self.cell
    }

    /// Acts on `outcome`, or on what the world shows.
    fn act(&mut self, seen: Option<&[u32]>, context: &mut Context<'_>) {
        let mut random = context.random();
        let shown = [self.world.observe(self.cell, &mut random)];
        let Some(action) = self.mind.act(seen.unwrap_or(&shown), context) else {
            return;
        };
        self.cell = self.world.walk(self.cell, action, &mut random);
        self.mind.show(Some(self.cell), context);
    }
}

impl Agent for Explorer {
    fn handle(&mut self, message: Message, context: &mut Context<'_>) {
        match message {
            Message::Observation(observation) => self.act(Some(observation.outcomes()), context),
            Message::Command(Command::Step) => self.act(None, context),
            Message::Command(Command::Report) => self.mind.report(Some(self.cell), context),
            message => self.mind.listen(&message, context),
        }
    }

    fn step(&mut self, context: &mut Context<'_>) {
        self.act(None, context);
    }

    fn kind(&self) -> &'static str {
        "explorer"
    }

    fn model_key(&self) -> u64 {
        self.mind.key
    }

    fn save(&self, state: &mut Vec<u8>) {
        state.extend_from_slice(&self.cell.to_le_bytes());
        self.mind.save(state);
    }

    fn load(&mut self, state: &[u8]) -> Result<(), StateError> {
        let refused = |reason: &str| StateError::new("explorer", reason);
        let (cell, rest) = state
            .split_first_chunk()
            .ok_or_else(|| refused("it is too short"))?;
        let cell = u32::from_le_bytes(*cell);
        if cell as usize >= self.world.cells() {
            return Err(refused("its cell lies outside the grid"));
        }
        self.mind.load(self.kind(), rest)?;
        self.cell = cell;
        Ok(())
    }
}
