//! Whom the campaign asks. Invariant: each question has an answer of its own, so that a mix-up shows; a question that comes
//! twice is counted.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use freeagentics::{Agent, Context, Message};

use crate::support::{number, numbered};

/// What is said to `question`.
pub(super) fn answer(question: u64) -> u64 {
    question.wrapping_mul(3) + 1
}

/// Answers.
#[derive(Clone, Default)]
pub(super) struct Echo {
    heard: HashSet<u64>,
    pub(super) doubled: Arc<AtomicU64>,
}

impl Agent for Echo {
    fn handle(&mut self, message: Message, context: &mut Context<'_>) {
        let question = number(&message);
        if !self.heard.insert(question) {
            self.doubled.fetch_add(1, Ordering::AcqRel);
        }
        context.reply(numbered(answer(question)));
    }
}
