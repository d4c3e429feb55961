//! A handler that panics costs its agent only.
//!
//! Invariant: after a panic the shard goes on with the next event; the agent was restarted by its policy or removed,
//! and either way reported.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::observe::EventKind;

use super::envelope::Envelope;
use super::{Active, Shard};

impl Shard {
    /// Handles all of `batch`, in order.
    pub(super) fn work_off(&mut self, batch: &mut Vec<Envelope>) {
        let mut rest = batch.drain(..);
        // One guard for many events: it costs nothing until one panics, then the loop is entered anew.
        while let Err(panic) = catch_unwind(AssertUnwindSafe(|| {
            for envelope in rest.by_ref() {
                self.dispatch(envelope);
            }
        })) {
            self.charge(&*panic);
        }
    }

    /// Runs one event; a panic in it is charged to its agent.
    pub(super) fn guarded(&mut self, event: impl FnOnce(&mut Self)) {
        if let Err(panic) = catch_unwind(AssertUnwindSafe(|| event(self))) {
            self.charge(&*panic);
        }
    }

    fn charge(&mut self, panic: &(dyn Any + Send)) {
        let reason = describe(panic);
        let Some(Active {
            target,
            id,
            is_message,
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
