//! One explorer: an active-inference agent which, if it has a place on the board, walks.
//! Invariant: it acts on what it observes only; its place is the world's knowledge, not its own.

use std::sync::Arc;

use rand::RngExt;

use super::board::Board;
use crate::inference::{Mind, SharedModel};
use crate::{Agent, Command, Context, Message, StateError};

/// Probability that a move succeeds: what the explorer's model assumes.
const MOVE_SUCCEEDS: f64 = 0.9;
/// Probability a step that a gust carries the walker anywhere: what its model does not know, so
/// that its beliefs have something to recover from.
const GUST: f64 = 0.05;
/// The row of those without a place.
const NO_ROW: u32 = u32::MAX;

/// One explorer.
pub(super) struct Walker {
    mind: Mind,
    board: Arc<Board>,
    /// Its row on the board, or [`NO_ROW`] for a guest, whose observations come from a client only.
    row: u32,
    cell: u16,
}

impl Walker {
    /// One that walks, starting at `cell`.
    pub(super) fn new(
        model: &SharedModel,
        seed: u64,
        board: &Arc<Board>,
        row: u32,
        cell: u16,
    ) -> Self {
        board.stand(row, cell);
        Self {
            mind: Mind::new(model, seed),
            board: Arc::clone(board),
            row,
            cell,
        }
    }

    /// One without a place.
    pub(super) fn guest(model: &SharedModel, seed: u64, board: &Arc<Board>) -> Self {
        Self {
            mind: Mind::new(model, seed),
            board: Arc::clone(board),
            row: NO_ROW,
            cell: 0,
        }
    }

    fn place(&self) -> Option<u32> {
        (self.row != NO_ROW).then_some(u32::from(self.cell))
    }

    /// Infers, acts, moves.
    fn live(&mut self, outcomes: &[u32], context: &mut Context<'_>) {
        let Some(action) = self.mind.act(outcomes, context) else {
            return;
        };
        if self.row != NO_ROW {
            let mut random = context.random();
            if random.random_bool(MOVE_SUCCEEDS) {
                self.cell = self.board.neighbour(self.cell, action);
            }
            if random.random_bool(GUST) {
                self.cell = random.random_range(0..self.board.area()) as u16;
            }
            self.board.stand(self.row, self.cell);
        }
        self.board.count_step(self.mind.free_energy_nats);
        self.mind.show(self.place(), context);
    }
}

impl Agent for Walker {
    fn handle(&mut self, message: Message, context: &mut Context<'_>) {
        match message {
            Message::Observation(observation) => self.live(observation.outcomes(), context),
            Message::Command(Command::Report) => self.mind.report(self.place(), context),
            message => self.mind.listen(&message, context),
        }
    }

    fn kind(&self) -> &'static str {
        "grid-walker"
    }

    fn model_key(&self) -> u64 {
        self.mind.key
    }

    fn save(&self, state: &mut Vec<u8>) {
        state.extend_from_slice(&self.cell.to_le_bytes());
        self.mind.save(state);
    }

    fn load(&mut self, state: &[u8]) -> Result<(), StateError> {
        let refused = |reason: &str| StateError::new(self.kind(), reason);
        let (cell, rest) = state
            .split_first_chunk()
            .ok_or_else(|| refused("it is too short"))?;
        let cell = u16::from_le_bytes(*cell);
        if u32::from(cell) >= self.board.area() {
            return Err(refused("its cell lies outside the grid"));
        }
        self.mind.load(self.kind(), rest)?;
        self.cell = cell;
        self.board.stand(self.row, cell);
        Ok(())
    }
}
