//! A handler that panics costs its agent only.
//!
//! Invariant: after a panic the shard goes on with the next event; the agent was restarted by its policy or removed,
//! and either way reported.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::Ordering;

use crate::error::SendError;
use crate::observe::EventKind;

use super::envelope::{Body, Envelope};
use super::{Active, Shard};

/// Agents whose memory is asked for at once, before their messages are handled.
const LOOK_AHEAD: usize = 16;
/// With fewer agents than this their memory is in the caches anyway.
const FITS_CACHES: u64 = 10_000;

impl Shard {
    /// Handles all of `batch`, in order.
    pub(super) fn work_off(&mut self, batch: &mut Vec<Envelope>) {
        let mut rest = batch.drain(..);
        // One guard for many events: it costs nothing until one panics, then the loop is entered anew.
        while let Err(panic) = catch_unwind(AssertUnwindSafe(|| {
            // A dispatch that panics leaves `rest` at the next envelope.
            while !rest.as_slice().is_empty() {
                if self.core.shared.ending.load(Ordering::Relaxed) {
                    rest.by_ref().for_each(|envelope| self.abandon(envelope));
                    return;
                }
                self.look_ahead(rest.as_slice());
                for envelope in rest.by_ref().take(LOOK_AHEAD) {
                    self.dispatch(envelope);
                }
            }
        })) {
            self.charge(&*panic);
        }
    }

    /// Too late for a message; work that is none is still done, so that whoever waits for it is told.
    fn abandon(&mut self, envelope: Envelope) {
        if let Body::Control(_) = envelope.body {
            self.dispatch(envelope);
        } else {
            let to = envelope.target.id(self.core.node());
            self.core.lose(envelope, &SendError::Closed { to });
        }
    }

    /// Touches the agents of the next messages: the waits for memory overlap instead of following each other.
    fn look_ahead(&self, next: &[Envelope]) {
        if self.core.counts.agents < FITS_CACHES {
            return;
        }
        let touched = next.iter().take(LOOK_AHEAD).fold(0, |sum: u32, envelope| {
            let block = self.blocks.get(envelope.target.local_block());
            let events = block
                .and_then(Option::as_ref)
                .map_or(0, |block| block.touch(envelope.target.offset()));
            sum.wrapping_add(events)
        });
        std::hint::black_box(touched);
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
