//! The bus between machines: NATS, payloads batched.
//!
//! Invariants: what the bus accepted arrives once and in order as long as both runtimes live, across any outage of the
//! server ([`Delivery::WhileBothLive`]), and also across a restart of the receiving process ([`Delivery::Kept`]);
//! what cannot arrive comes back to its sender. The bus has one thread; agents only write into its lanes.

mod claim;
mod incoming;
mod kept;
mod lane;
mod live;
mod questions;
mod settings;
mod thread;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use bytes::Bytes;
use parking_lot::{Condvar, Mutex};

use crate::error::SendError;
use crate::request::ReplyTo;
use crate::runtime::Runtime;

use super::frame::{HEADER, Header, Item};
use super::inlet::Inlet;
use super::{Bus, BusError, Parcel};

use lane::Lanes;
use questions::Questions;
pub use settings::{Delivery, NatsOptions};

/// A runtime's membership in a NATS bus; ends when dropped, or with the runtime.
pub struct NatsBus {
    core: Arc<Core>,
    thread: Option<std::thread::JoinHandle<()>>,
}

/// What the bus's thread and its users share.
struct Core {
    options: NatsOptions,
    inlet: Inlet,
    node: u16,
    incarnation: u64,
    lanes: Lanes,
    questions: Questions,
    counts: Counts,
    over: tokio::sync::watch::Sender<bool>,
    /// Signalled when something was acknowledged.
    progress: (Mutex<()>, Condvar),
}

#[derive(Default)]
struct Counts {
    accepted: AtomicU64,
    acknowledged: AtomicU64,
    returned: AtomicU64,
    received: AtomicU64,
    duplicates: AtomicU64,
    repeated: AtomicU64,
    reconnects: AtomicU64,
    damaged: AtomicU64,
}

/// What a bus has done so far, in messages unless said otherwise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct BusStats {
    /// Accepted for sending.
    pub accepted: u64,
    /// Known to be safe: delivered to the other runtime, or kept by the server.
    pub acknowledged: u64,
    /// Given up and returned to their senders.
    pub returned: u64,
    /// Received from others.
    pub received: u64,
    /// Frames received more than once, and dropped.
    pub duplicate_frames: u64,
    /// Frames sent again.
    pub repeated_frames: u64,
    /// Times the connection came back.
    pub reconnects: u64,
    /// Frames that could not be read.
    pub damaged_frames: u64,
}

impl Counts {
    fn add(counter: &AtomicU64, count: u64) {
        counter.fetch_add(count, Ordering::AcqRel);
    }
}

impl NatsBus {
    /// Joins `runtime` to the bus; returns when its node number is claimed and messages can flow.
    ///
    /// # Errors
    /// [`BusError`]: the server is absent or silent, has no JetStream though it is asked for, or another runtime has
    /// the same node number.
    pub fn join(runtime: &Runtime, options: NatsOptions) -> Result<Self, BusError> {
        options.check()?;
        let core = Arc::new(Core {
            inlet: runtime.inlet(),
            node: runtime.node(),
            incarnation: rand::random(),
            lanes: Lanes::new(options.queue_bytes),
            questions: Questions::new(),
            counts: Counts::default(),
            over: tokio::sync::watch::Sender::new(false),
            progress: (Mutex::new(()), Condvar::new()),
            options,
        });
        let thread = thread::start(&core)?;
        let bus = Self {
            core: core.clone(),
            thread: Some(thread),
        };
        runtime.join(core)?;
        Ok(bus)
    }

    /// The counters now.
    #[must_use]
    pub fn stats(&self) -> BusStats {
        let counts = &self.core.counts;
        let read = |counter: &AtomicU64| counter.load(Ordering::Acquire);
        BusStats {
            acknowledged: read(&counts.acknowledged),
            returned: read(&counts.returned),
            accepted: read(&counts.accepted),
            received: read(&counts.received),
            duplicate_frames: read(&counts.duplicates),
            repeated_frames: read(&counts.repeated),
            reconnects: read(&counts.reconnects),
            damaged_frames: read(&counts.damaged),
        }
    }

    /// Waits until everything accepted so far is acknowledged (or returned).
    ///
    /// # Errors
    /// [`BusError::Unacknowledged`] when that did not come about within `limit`.
    pub fn flush(&self, limit: Duration) -> Result<(), BusError> {
        let wanted = self.stats().accepted;
        let deadline = Instant::now() + limit;
        let (lock, progress) = &self.core.progress;
        let mut guard = lock.lock();
        loop {
            let stats = self.stats();
            let done = stats.acknowledged + stats.returned;
            if done >= wanted {
                return Ok(());
            }
            if progress.wait_until(&mut guard, deadline).timed_out() {
                return Err(BusError::Unacknowledged {
                    pending: wanted - done,
                    waited: limit,
                });
            }
        }
    }
}

impl Drop for NatsBus {
    fn drop(&mut self) {
        self.core.over.send_replace(true);
        self.core.lanes.end();
        if let Some(thread) = self.thread.take()
            && thread.thread().id() != std::thread::current().id()
        {
            // A panic of the bus's thread was already logged by the panic hook; there is nothing to add.
            let _ = thread.join();
        }
    }
}

/// Resolves when the bus is over, also if it already was when its receiver subscribed.
async fn until_over(over: &mut tokio::sync::watch::Receiver<bool>) {
    // The sender lives as long as the core that whoever waits here holds.
    let _ = over.wait_for(|over| *over).await;
}

impl Core {
    fn progressed(&self) {
        let _guard = self.progress.0.lock();
        self.progress.1.notify_all();
    }

    /// Writes the header into the room that a frame has for it.
    fn seal(&self, mut frame: Vec<u8>, sequence: u64, base: u64) -> Bytes {
        let header = Header {
            node: self.node,
            incarnation: self.incarnation,
            sequence,
            base,
        };
        header.write(&mut frame[..HEADER]);
        frame.into()
    }

    fn put(&self, to: crate::AgentId, item: &Item) -> Result<(), SendError> {
        self.put_for(to.node(), to, item)
    }

    /// Puts an item about agent `to` into the lane to `node`.
    fn put_for(&self, node: u16, to: crate::AgentId, item: &Item) -> Result<(), SendError> {
        if *self.over.borrow() {
            return Err(SendError::Closed { to });
        }
        self.lanes.to(node).put(to, item)?;
        Counts::add(&self.counts.accepted, 1);
        Ok(())
    }
}

impl Bus for Core {
    fn send(&self, parcel: Parcel) -> Result<(), SendError> {
        let Parcel { from, to, message } = parcel;
        self.put(to, &Item::Tell { from, to, message })
    }

    fn send_many(&self, parcels: Vec<Parcel>, patience: Duration) -> Vec<(usize, SendError)> {
        let deadline = Instant::now() + patience;
        let mut refused = Vec::new();
        let mut parcels = parcels.into_iter().enumerate().peekable();
        while let Some(node) = parcels.peek().map(|(_, parcel)| parcel.to.node()) {
            let run = std::iter::from_fn(|| parcels.next_if(|(_, next)| next.to.node() == node));
            if *self.over.borrow() {
                refused.extend(run.map(|(at, parcel)| (at, SendError::Closed { to: parcel.to })));
                continue;
            }
            let taken = self.lanes.to(node).put_all(run, deadline, &mut refused);
            Counts::add(&self.counts.accepted, taken);
        }
        refused
    }

    fn request(&self, parcel: Parcel, reply: ReplyTo) {
        let to = parcel.to;
        let question = self.questions.add(to, self.options.request_timeout, reply);
        let item = Item::Ask {
            question,
            to,
            message: parcel.message,
        };
        if let Err(reason) = self.put(to, &item) {
            self.questions.fail(question, reason);
        }
    }
}
