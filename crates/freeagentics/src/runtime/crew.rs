//! The threads that run the shards.
//!
//! Invariant: each shard has one thread that may enter it; a thread that lost its shard is only waited for.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc;
use std::thread::JoinHandle;
use std::time::Duration;

use parking_lot::Mutex;

use crate::error::RuntimeError;
use crate::shard::{self, Holder, Lease, Shard};
use crate::shared::Shared;

use super::builder::start_thread;

/// Threads that may be lost to handlers that do not return; with more, shards stand still instead.
const LOST_THREADS: usize = 64;
/// Attempts to take a shard from a thread, before the watchdog's next look.
const ATTEMPTS: usize = 200;

#[derive(Default)]
pub(super) struct Crew {
    posts: Mutex<Vec<Post>>,
    lost: Mutex<Vec<JoinHandle<()>>>,
}

struct Post {
    lease: Arc<Lease<Shard>>,
    thread: JoinHandle<()>,
}

impl Crew {
    /// Starts the thread of the next shard.
    pub(super) fn start(&self, shared: &Arc<Shared>, index: usize) -> Result<(), RuntimeError> {
        let holder = Holder::new(Shard::new(shared.clone(), index));
        let lease = holder.lease();
        let mine = shared.clone();
        let thread = start_thread(format!("shard-{index}"), move || {
            shard::run(&mine, index, holder);
        })?;
        self.posts.lock().push(Post { lease, thread });
        Ok(())
    }

    /// Gives a shard whose thread still runs the handler of event number `event`, since `held`, to a new thread;
    /// `false` if that could not be.
    pub(super) fn replace(
        &self,
        shared: &Arc<Shared>,
        index: usize,
        event: u64,
        held: Duration,
    ) -> bool {
        let mut lost = self.lost.lock();
        lost.retain(|thread| !thread.is_finished());
        if lost.len() >= LOST_THREADS {
            return false;
        }
        let mut posts = self.posts.lock();
        let Some(post) = posts.get_mut(index) else {
            return false;
        };
        let (hand, receive) = mpsc::channel();
        let mine = shared.clone();
        // Started before the shard is taken: a system without threads must not leave it to nobody.
        let started = start_thread(format!("shard-{index}"), move || {
            if let Ok(holder) = receive.recv() {
                shard::take_over(&mine, index, holder, held);
            }
        });
        let thread = match started {
            Ok(thread) => thread,
            Err(error) => {
                tracing::error!(%error, shard = index, "no thread to go on with the shard");
                return false;
            }
        };
        let events = &shared.gauges[index].events;
        let still = || events.load(Ordering::Relaxed) == event;
        // A handler that never returns but goes on sending is inside its shard now and then.
        let holder = (0..ATTEMPTS).find_map(|_| {
            let holder = post.lease.revoke(still);
            if holder.is_none() {
                std::thread::yield_now();
            }
            holder
        });
        let Some(holder) = holder else {
            return false;
        };
        let new = Post {
            lease: holder.lease(),
            thread,
        };
        lost.push(std::mem::replace(post, new).thread);
        // The thread waits for just this.
        let _ = hand.send(holder);
        true
    }

    /// The shards' threads, in order; after this none is replaced.
    pub(super) fn dismiss(&self) -> Vec<JoinHandle<()>> {
        let mut posts = self.posts.lock();
        posts.drain(..).map(|post| post.thread).collect()
    }

    /// Threads that still run a handler whose agent was given up.
    pub(super) fn lost(&self) -> usize {
        let mut lost = self.lost.lock();
        lost.retain(|thread| !thread.is_finished());
        lost.len()
    }
}
