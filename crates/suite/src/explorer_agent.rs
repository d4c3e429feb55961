//! An explorer as an agent of the runtime: it perceives its own cell, infers, chooses a move, and moves.

use std::sync::Arc;

use active_inference::models::move_on_grid;
use active_inference::{Agent as Mind, Model, Workspace};
use freeagentics::{Agent, Context, Message};
use rand::RngExt as _;

/// Width and height of the grid.
const SIDE: usize = 10;
/// What the model assumes of the world, and the world keeps to.
const TRUE_OUTCOME: f64 = 0.8;
const OUTCOMES: usize = 5;
const MOVE_SUCCEEDS: f64 = 0.9;

/// An active-inference agent on a 10 x 10 grid.
pub(crate) struct Explorer {
    mind: Mind<f32>,
    cell: u8,
}

impl Explorer {
    pub(crate) fn new(model: &Arc<Model<f32>>) -> Self {
        Self {
            mind: Mind::new(Arc::clone(model)),
            cell: 55,
        }
    }

    fn perceive(
        &mut self,
        outcome: usize,
        context: &mut Context<'_>,
    ) -> Result<usize, active_inference::Error> {
        let model = Arc::clone(self.mind.model());
        let workspace = context.scratch(|| Workspace::for_model(&model));
        Ok(self.mind.step(workspace, &[outcome])?[0])
    }
}

impl Agent for Explorer {
    /// An observation is answered by the action it leads to.
    fn handle(&mut self, message: Message, context: &mut Context<'_>) {
        let Message::Observation(observation) = message else {
            return;
        };
        let outcome = observation
            .outcomes()
            .first()
            .map_or(0, |&outcome| outcome as usize);
        // Without an answer the asker gets an error, which fails the benchmark.
        if let Ok(action) = self.perceive(outcome, context) {
            context.reply(Message::payload(&[action as u8]));
        }
    }

    fn step(&mut self, context: &mut Context<'_>) {
        let mut draws = context.random();
        let cell = usize::from(self.cell);
        let shown = (cell % SIDE + 2 * (cell / SIDE)) % OUTCOMES;
        let lie = draws.random_range(1..OUTCOMES);
        let outcome = if draws.random_bool(TRUE_OUTCOME) {
            shown
        } else {
            (shown + lie) % OUTCOMES
        };
        match self.perceive(outcome, context) {
            Ok(action) if draws.random_bool(MOVE_SUCCEEDS) => {
                self.cell = move_on_grid(cell, action, SIDE, SIDE) as u8;
            }
            Ok(_) => {}
            // A stopped agent is missing when the benchmark counts who stepped.
            Err(_) => context.stop(),
        }
    }
}
