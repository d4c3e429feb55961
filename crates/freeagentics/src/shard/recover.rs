//! A handler that panics or does not return costs its agent only.
//!
//! Invariant: the shard goes on with the next event; the agent was restarted by its policy, removed, or given up, and
//! either way reported. A message whose handler did not return is a dead letter.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use crate::error::SendError;
use crate::observe::EventKind;

use super::Shard;
use super::call::Active;

impl Shard {
    /// Runs work of the shard's own; a panic in it is reported.
    pub(super) fn guarded(&mut self, work: impl FnOnce(&mut Self)) {
        if let Err(panic) = catch_unwind(AssertUnwindSafe(|| work(self))) {
            self.charge(&*panic);
        }
    }

    /// A panic is charged to the agent whose code ran.
    pub(super) fn charge(&mut self, panic: &(dyn Any + Send)) {
        let reason = describe(panic);
        let Some(Active {
            target,
            id,
            is_message,
            ..
        }) = self.active.take()
        else {
            tracing::error!(shard = self.core.index, %reason, "a runtime task panicked; the shard goes on");
            return;
        };
        if is_message {
            self.core.counts.dead += 1;
        }
        let restarted = self.block(target).is_some_and(|block| {
            matches!(
                catch_unwind(AssertUnwindSafe(|| block.restart(target.offset(), id))),
                Ok(true)
            )
        });
        if restarted {
            tracing::error!(agent = %id, %reason, "agent panicked and was restarted");
            self.tell(target, || EventKind::Restarted { reason });
        } else {
            tracing::error!(agent = %id, %reason, "agent panicked and was stopped");
            self.end(target, &format!("panic: {reason}"));
        }
    }

    /// The thread that ran the call at hand is lost with it. Its agent is given up, even where its policy says to
    /// restart it: its place in the block is not free.
    pub(super) fn give_up(&mut self, held: Duration) {
        let Some(active) = self.active.take() else {
            return;
        };
        let Active {
            target,
            id,
            is_message,
            asker,
            ..
        } = active;
        if let Some(block) = self.block(target) {
            block.forfeit(target.offset());
        }
        let shared = self.core.shared.clone();
        shared.inboxes[self.core.index].lock().close_mailbox(target);
        self.core.counts.agents -= 1;
        if is_message {
            self.core.counts.dead += 1;
        }
        if let Some(asker) = asker {
            asker.fail(SendError::Stuck {
                to: id,
                culprit: id,
                held,
            });
        }
        tracing::error!(agent = %id, shard = self.core.index, ?held, "handler does not return; the agent is given up, its shard goes on");
        self.tell(target, || EventKind::Stopped {
            reason: format!("its handler did not return within {held:?}"),
        });
        self.core.topics.forget(target);
        self.core.publish();
    }
}

pub(super) fn describe(panic: &(dyn Any + Send)) -> String {
    if let Some(text) = panic.downcast_ref::<&str>() {
        (*text).to_owned()
    } else if let Some(text) = panic.downcast_ref::<String>() {
        text.clone()
    } else {
        "a panic without text".to_owned()
    }
}
