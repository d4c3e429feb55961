//! Steps of all agents.
//!
//! Invariant: a tick begins on every shard only after the one before has ended on all of them.

use std::collections::VecDeque;
use std::sync::Arc;

use parking_lot::Mutex;

use crate::completion::{Completer, Ticket, pair};
use crate::shard::{Body, Envelope, StepOrder};
use crate::shared::Shared;

use super::{Gather, Runtime};

/// What one step of all agents did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StepReport {
    /// The tick that has ended, from 1.
    pub tick: u64,
    /// How many agents stepped.
    pub agents: usize,
}

#[derive(Default)]
pub(super) struct Steps {
    queue: Mutex<Queue>,
}

#[derive(Default)]
struct Queue {
    tick: u64,
    running: bool,
    waiting: VecDeque<Completer<StepReport>>,
}

impl Runtime {
    /// Steps every agent once; resolves when all have. Several calls run one after the other.
    pub fn step_all(&self) -> Ticket<StepReport> {
        let (completer, pending) = pair();
        let steps = &self.inner.steps;
        steps.queue.lock().waiting.push_back(completer);
        steps.clone().next(self.shared());
        Ticket::new(pending)
    }

    /// Steps of all agents so far, the running one included.
    #[must_use]
    pub fn tick(&self) -> u64 {
        self.inner.steps.queue.lock().tick
    }
}

impl Steps {
    fn next(self: Arc<Self>, shared: &Arc<Shared>) {
        let (tick, completer) = {
            let mut queue = self.queue.lock();
            if queue.running {
                return;
            }
            let Some(completer) = queue.waiting.pop_front() else {
                return;
            };
            queue.running = true;
            queue.tick += 1;
            (queue.tick, completer)
        };
        let again = shared.clone();
        let steps = self.clone();
        let gather = Arc::new(Gather::new(
            shared.settings.shards,
            move |parts: Vec<usize>| {
                completer.complete(StepReport {
                    tick,
                    agents: parts.iter().sum(),
                });
                steps.queue.lock().running = false;
                steps.next(&again);
            },
        ));
        for (index, inbox) in shared.inboxes.iter().enumerate() {
            let gather = gather.clone();
            let done = Box::new(move |stepped| gather.put(index, stepped));
            let order = Box::new(StepOrder { tick, done });
            inbox.command(Envelope::order(Body::Step(order)));
        }
    }
}
