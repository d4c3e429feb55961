//! What an agent is to the runtime: a value that handles messages and takes steps.
//!
//! Invariant: the runtime calls an agent from one thread at a time, one event after the other.

use crate::AgentId;
use crate::context::Context;
use crate::error::{SendError, StateError};
use crate::message::Message;

/// A kind of agent. Only [`Agent::handle`] must be written.
///
/// Methods run on the agent's shard and should return within microseconds; one that runs on is reported by the
/// watchdog. A method that panics costs that agent only.
pub trait Agent: Send + 'static {
    /// Takes in one message.
    fn handle(&mut self, message: Message, context: &mut Context<'_>);

    /// Acts once: called for each agent by [`crate::Runtime::step_all`].
    fn step(&mut self, context: &mut Context<'_>) {
        let _ = context;
    }

    /// Learns that a message this agent sent reached nobody.
    fn undelivered(&mut self, bounce: Undelivered, context: &mut Context<'_>) {
        let _ = (bounce, context);
    }

    /// A name for this kind of agent, stored with its snapshots.
    fn kind(&self) -> &'static str {
        "application"
    }

    /// A key for the model that agents of this kind share; 0 when there is none. Snapshots hold the key, not the model.
    fn model_key(&self) -> u64 {
        0
    }

    /// Appends the private state, without the shared model, to `state`.
    fn save(&self, state: &mut Vec<u8>) {
        let _ = state;
    }

    /// Takes over a private state that [`Agent::save`] wrote.
    ///
    /// # Errors
    /// [`StateError`] when the bytes are not such a state; the agent is then unchanged.
    fn load(&mut self, state: &[u8]) -> Result<(), StateError> {
        if state.is_empty() {
            Ok(())
        } else {
            Err(StateError::new(
                self.kind(),
                "this kind keeps no state, but some was given",
            ))
        }
    }
}

/// A message that came back to its sender.
#[derive(Debug)]
pub struct Undelivered {
    /// Whom it was for.
    pub to: AgentId,
    /// Why it could not be delivered.
    pub reason: SendError,
    /// The message.
    pub message: Message,
}

impl Agent for Box<dyn Agent> {
    fn handle(&mut self, message: Message, context: &mut Context<'_>) {
        (**self).handle(message, context);
    }

    fn step(&mut self, context: &mut Context<'_>) {
        (**self).step(context);
    }

    fn undelivered(&mut self, bounce: Undelivered, context: &mut Context<'_>) {
        (**self).undelivered(bounce, context);
    }

    fn kind(&self) -> &'static str {
        (**self).kind()
    }

    fn model_key(&self) -> u64 {
        (**self).model_key()
    }

    fn save(&self, state: &mut Vec<u8>) {
        (**self).save(state);
    }

    fn load(&mut self, state: &[u8]) -> Result<(), StateError> {
        (**self).load(state)
    }
}
