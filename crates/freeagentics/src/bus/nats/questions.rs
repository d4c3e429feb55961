//! Requests to other nodes that wait for their answers.
//!
//! Invariant: each question is answered once, at the latest when its time is up.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use parking_lot::Mutex;

use crate::AgentId;
use crate::error::SendError;
use crate::message::Message;
use crate::request::ReplyTo;

pub(super) struct Questions {
    next: AtomicU64,
    waiting: Mutex<HashMap<u64, Waiting>>,
}

struct Waiting {
    to: AgentId,
    deadline: Instant,
    limit: Duration,
    reply: ReplyTo,
}

impl Questions {
    pub(super) fn new() -> Self {
        Self {
            // Not from 0: an answer to this node's predecessor must not be taken for one to this node.
            next: AtomicU64::new(rand::random()),
            waiting: Mutex::default(),
        }
    }

    pub(super) fn add(&self, to: AgentId, limit: Duration, reply: ReplyTo) -> u64 {
        let question = self.next.fetch_add(1, Ordering::Relaxed);
        let waiting = Waiting {
            to,
            deadline: Instant::now() + limit,
            limit,
            reply,
        };
        self.waiting.lock().insert(question, waiting);
        question
    }

    pub(super) fn answer(&self, question: u64, answer: Result<Message, String>) {
        let waiting = self.waiting.lock().remove(&question);
        let Some(waiting) = waiting else { return };
        match answer {
            Ok(message) => waiting.reply.send(message),
            Err(reason) => waiting.reply.fail(SendError::Bus {
                to: waiting.to,
                reason,
            }),
        }
    }

    pub(super) fn fail(&self, question: u64, reason: SendError) {
        let waiting = self.waiting.lock().remove(&question);
        if let Some(waiting) = waiting {
            waiting.reply.fail(reason);
        }
    }

    /// Fails those whose time is up; all of them when the bus is `over`.
    pub(super) fn sweep(&self, over: bool) {
        let now = Instant::now();
        let late: Vec<Waiting> = self
            .waiting
            .lock()
            .extract_if(|_, waiting| over || waiting.deadline <= now)
            .map(|(_, waiting)| waiting)
            .collect();
        for waiting in late {
            let reason = if over {
                SendError::Closed { to: waiting.to }
            } else {
                SendError::Bus {
                    to: waiting.to,
                    reason: format!("no answer within {:?}", waiting.limit),
                }
            };
            waiting.reply.fail(reason);
        }
    }
}
