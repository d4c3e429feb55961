//! Sending from outside: one, many, with a reply.
//!
//! Invariant: each message is accepted or refused with a reason; what one thread sends to one agent arrives in order.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use crate::AgentId;
use crate::bus::Parcel;
use crate::error::{RequestError, SendError, SendManyError};
use crate::message::Message;
use crate::request::{Reply, ReplyTo, ask};
use crate::settings::WhenFull;
use crate::shard::{Body, Envelope, Inbox, Refusal, is_shard_thread};
use crate::shared::Shared;

use super::Runtime;

/// A sender that waits for room looks this often whether the receiver's shard is stuck.
const STUCK_CHECK: Duration = Duration::from_millis(20);

impl Runtime {
    /// Sends `message` to agent `to`, wherever it lives. Waits for room in its mailbox as the runtime's policy says.
    ///
    /// # Errors
    /// [`SendError`]: gone, full, too large, stuck, closed, or unreachable.
    pub fn send(&self, to: AgentId, message: Message) -> Result<(), SendError> {
        self.noted(self.shared().send(to, message, None, true))
    }

    /// Sends without ever waiting.
    ///
    /// # Errors
    /// As [`Runtime::send`].
    pub fn try_send(&self, to: AgentId, message: Message) -> Result<(), SendError> {
        self.noted(self.shared().send(to, message, None, false))
    }

    /// An error goes to the log as well.
    fn noted(&self, outcome: Result<(), SendError>) -> Result<(), SendError> {
        outcome.inspect_err(|reason| self.shared().refusals.note(1, reason))
    }

    /// Sends from async code: waits for room without blocking the thread, as long as the runtime's policy says.
    ///
    /// # Errors
    /// As [`Runtime::send`].
    pub async fn send_async(&self, to: AgentId, message: Message) -> Result<(), SendError> {
        let shared = self.shared();
        let WhenFull::Wait(limit) = shared.settings.when_full else {
            return self.try_send(to, message);
        };
        let started = Instant::now();
        loop {
            let Some((shard, _)) = shared.find(to) else {
                return self.try_send(to, message);
            };
            let mut room = std::pin::pin!(shared.inboxes[shard].room_notified());
            room.as_mut().enable();
            match shared.send(to, message.clone(), None, false) {
                Err(SendError::Full { capacity, .. }) => {
                    let waited = started.elapsed();
                    if waited >= limit {
                        return self.noted(Err(SendError::Full {
                            to,
                            capacity,
                            waited,
                        }));
                    }
                    // The attempt that was refused will be made again: it is not a message of its own.
                    shared.forget_refusal(shard);
                }
                done => return self.noted(done),
            }
            room.await;
        }
    }

    /// Asks agent `to`; await the [`Reply`] or block with [`Reply::wait`].
    ///
    /// # Errors
    /// As [`Runtime::send`]; what goes wrong later comes with the reply.
    pub fn request(&self, to: AgentId, message: Message) -> Result<Reply, RequestError> {
        let (reply_to, reply) = ask(to);
        if to.node() == self.node() {
            self.noted(self.shared().send(to, message, Some(reply_to), true))?;
        } else {
            self.noted(self.shared().check_size(to, &message))?;
            self.shared().request_far(to, message, reply_to);
        }
        Ok(reply)
    }

    /// Sends many messages, each to an agent of its own, with one lock per shard: several times cheaper than
    /// sending one by one. Returns how many were accepted.
    ///
    /// # Errors
    /// [`SendManyError`] lists those that were refused; the others are accepted.
    pub fn send_many(
        &self,
        messages: impl IntoIterator<Item = (AgentId, Message)>,
    ) -> Result<usize, SendManyError> {
        let mut count = 0;
        let parcels = messages.into_iter().map(|(to, message)| {
            count += 1;
            (AgentId::OUTSIDE, to, message)
        });
        let refused = self.shared().send_all(parcels, None);
        let Some((_, reason)) = refused.first() else {
            return Ok(count);
        };
        self.shared().refusals.note(refused.len(), reason);
        Err(SendManyError {
            accepted: count - refused.len(),
            refused,
        })
    }
}

/// What goes to one shard.
struct Lot {
    envelopes: Vec<Envelope>,
    positions: Vec<u32>,
}

/// Why a message does not go to an inbox of this runtime.
enum Aside {
    Far(Message),
    Refused(SendError),
}

impl Shared {
    fn find(&self, to: AgentId) -> Option<(usize, crate::shard::Target)> {
        if to.node() != self.settings.node {
            return None;
        }
        self.directory.find(to)
    }

    #[inline]
    fn address(&self, to: AgentId, message: Message) -> Result<(usize, Envelope), Aside> {
        if let Err(reason) = self.check_size(to, &message) {
            self.refused_at_door.fetch_add(1, Ordering::Relaxed);
            return Err(Aside::Refused(reason));
        }
        if to.node() != self.settings.node {
            return Err(Aside::Far(message));
        }
        match self.directory.find(to) {
            Some((shard, target)) => Ok((
                shard,
                Envelope {
                    from: AgentId::OUTSIDE,
                    target,
                    reply: None,
                    body: Body::Message(message),
                },
            )),
            None => {
                self.refused_at_door.fetch_add(1, Ordering::Relaxed);
                Err(Aside::Refused(SendError::Gone { to }))
            }
        }
    }

    #[inline]
    pub(crate) fn send(
        &self,
        to: AgentId,
        message: Message,
        reply: Option<ReplyTo>,
        may_wait: bool,
    ) -> Result<(), SendError> {
        let (shard, mut envelope) = match self.address(to, message) {
            Ok(found) => found,
            Err(Aside::Far(message)) => {
                let parcel = Parcel {
                    from: None,
                    to,
                    message,
                };
                let patience = if may_wait {
                    self.patience()
                } else {
                    Duration::ZERO
                };
                let refused = self.forward(vec![parcel], patience);
                return refused
                    .into_iter()
                    .next()
                    .map_or(Ok(()), |(_, reason)| Err(reason));
            }
            Err(Aside::Refused(reason)) => {
                if let Some(reply) = reply {
                    reply.fail(reason.clone());
                }
                return Err(reason);
            }
        };
        envelope.reply = reply;
        let inbox = &self.inboxes[shard];
        let mut door = inbox.lock();
        if door.is_closed() {
            door.refused += 1;
            return Err(refuse(envelope, SendError::Closed { to }));
        }
        let outcome = match door.admit(envelope) {
            Ok(()) => Ok(()),
            Err((Refusal::Full { capacity }, envelope)) if may_wait => {
                let wait = self.patience();
                self.wait_and_put(inbox, shard, &mut door, envelope, capacity, wait)
            }
            Err((refusal, envelope)) => Err(refuse(envelope, explain(to, refusal, Duration::ZERO))),
        };
        match &outcome {
            Ok(()) => door.admitted += 1,
            Err(_) => door.refused += 1,
        }
        if inbox.release(door) && may_wait {
            // Twice as fast with more senders and shards than cores: what was sent is handled while it is cached.
            std::thread::yield_now();
        }
        outcome
    }

    /// How long a sender on this thread may wait: a shard's own thread never, or shards could wait for each other.
    fn patience(&self) -> Duration {
        match self.settings.when_full {
            WhenFull::Wait(limit) if !is_shard_thread() => limit,
            _ => Duration::ZERO,
        }
    }

    fn wait_and_put(
        &self,
        inbox: &Inbox,
        shard: usize,
        door: &mut parking_lot::MutexGuard<'_, crate::shard::Door>,
        mut envelope: Envelope,
        mut capacity: usize,
        limit: Duration,
    ) -> Result<(), SendError> {
        let to = envelope.target.id(self.settings.node);
        let started = Instant::now();
        loop {
            let waited = started.elapsed();
            if let Some((culprit, held)) = self.stuck(shard) {
                return Err(refuse(envelope, SendError::Stuck { to, culprit, held }));
            }
            if waited >= limit {
                let reason = SendError::Full {
                    to,
                    capacity,
                    waited,
                };
                return Err(refuse(envelope, reason));
            }
            inbox.wait_for_room(door, Instant::now() + STUCK_CHECK.min(limit - waited));
            if door.is_closed() {
                return Err(refuse(envelope, SendError::Closed { to }));
            }
            envelope = match door.admit(envelope) {
                Ok(()) => return Ok(()),
                Err((Refusal::Full { capacity: now }, envelope)) => {
                    capacity = now;
                    envelope
                }
                Err((refusal, envelope)) => {
                    return Err(refuse(envelope, explain(to, refusal, waited)));
                }
            };
        }
    }

    /// Sends many; position and reason of each that was refused. `budget` is how long all together may wait for
    /// room; without it each may wait as long as the policy says.
    pub(crate) fn send_all(
        &self,
        messages: impl Iterator<Item = (AgentId, AgentId, Message)>,
        mut budget: Option<Duration>,
    ) -> Vec<(usize, SendError)> {
        let expected = messages.size_hint().0 / self.settings.shards + 16;
        let mut lots: Vec<Lot> = Vec::new();
        lots.resize_with(self.settings.shards, || Lot {
            envelopes: Vec::with_capacity(expected),
            positions: Vec::with_capacity(expected),
        });
        let mut refused = Vec::new();
        let (mut far, mut far_positions) = (Vec::new(), Vec::new());
        for (position, (from, to, message)) in messages.enumerate() {
            match self.address(to, message) {
                Ok((shard, mut envelope)) => {
                    envelope.from = from;
                    lots[shard].envelopes.push(envelope);
                    lots[shard].positions.push(position as u32);
                }
                Err(Aside::Far(message)) => {
                    let from = from.known();
                    far.push(Parcel { from, to, message });
                    far_positions.push(position);
                }
                Err(Aside::Refused(reason)) => refused.push((position, reason)),
            }
        }
        for (shard, lot) in lots.into_iter().enumerate() {
            self.put_all(shard, lot, &mut budget, &mut refused);
        }
        if !far.is_empty() {
            let not_taken = self.forward(far, self.patience());
            let placed = not_taken.into_iter();
            refused.extend(placed.map(|(position, reason)| (far_positions[position], reason)));
        }
        refused.sort_by_key(|(position, _)| *position);
        refused
    }

    fn put_all(
        &self,
        shard: usize,
        mut lot: Lot,
        budget: &mut Option<Duration>,
        refused: &mut Vec<(usize, SendError)>,
    ) {
        if lot.envelopes.is_empty() {
            return;
        }
        let inbox = &self.inboxes[shard];
        let mut door = inbox.lock();
        let closed = door.is_closed();
        let at_once = if closed {
            0
        } else {
            door.admit_first(&mut lot.envelopes)
        };
        door.admitted += at_once as u64;
        let positions = lot.positions.into_iter().skip(at_once);
        for (envelope, position) in lot.envelopes.into_iter().zip(positions) {
            let to = envelope.target.id(self.settings.node);
            let outcome = if closed {
                Err(SendError::Closed { to })
            } else {
                match door.admit(envelope) {
                    Ok(()) => Ok(()),
                    Err((Refusal::Full { capacity }, envelope)) => {
                        let started = Instant::now();
                        let limit = budget.unwrap_or(Duration::MAX).min(self.patience());
                        let outcome =
                            self.wait_and_put(inbox, shard, &mut door, envelope, capacity, limit);
                        if let Some(left) = budget {
                            *left = left.saturating_sub(started.elapsed());
                        }
                        outcome
                    }
                    Err((refusal, _)) => Err(explain(to, refusal, Duration::ZERO)),
                }
            };
            match outcome {
                Ok(()) => door.admitted += 1,
                Err(reason) => {
                    door.refused += 1;
                    refused.push((position as usize, reason));
                }
            }
        }
        if inbox.release(door) {
            std::thread::yield_now();
        }
    }

    /// What came over a bus. For agents of this runtime only: nothing is passed on to other nodes.
    pub(crate) fn deliver(
        &self,
        parcels: impl Iterator<Item = Parcel>,
        budget: Duration,
    ) -> Vec<(usize, SendError)> {
        let here = self.settings.node;
        let messages = parcels.map(|parcel| {
            let to = if parcel.to.node() == here {
                parcel.to
            } else {
                // An id that nobody ever has: refused as gone.
                AgentId::new(here, u64::MAX)
            };
            (parcel.from.unwrap_or(AgentId::OUTSIDE), to, parcel.message)
        });
        self.send_all(messages, Some(budget))
    }

    /// A request that came over a bus; a refusal goes to `reply`.
    pub(crate) fn ask(&self, parcel: Parcel, reply: ReplyTo) {
        // The error is in the reply as well.
        let _ = self.send(parcel.to, parcel.message, Some(reply), false);
    }

    fn forget_refusal(&self, shard: usize) {
        self.inboxes[shard].lock().refused -= 1;
    }

    /// What the bus takes counts as sent and as handled by this runtime; the rest as refused.
    fn forward(&self, parcels: Vec<Parcel>, patience: Duration) -> Vec<(usize, SendError)> {
        let count = parcels.len();
        let refused = self.send_many_far(parcels, patience);
        let taken = (count - refused.len()) as u64;
        self.forwarded.fetch_add(taken, Ordering::Relaxed);
        self.refused_at_door
            .fetch_add(refused.len() as u64, Ordering::Relaxed);
        refused
    }
}

/// Whoever waits for a reply to a refused request learns why.
fn refuse(envelope: Envelope, reason: SendError) -> SendError {
    if let Some(reply) = envelope.reply {
        reply.fail(reason.clone());
    }
    reason
}

fn explain(to: AgentId, refusal: Refusal, waited: Duration) -> SendError {
    match refusal {
        Refusal::Gone => SendError::Gone { to },
        Refusal::Full { capacity } => SendError::Full {
            to,
            capacity,
            waited,
        },
        Refusal::Closed => SendError::Closed { to },
    }
}
