//! What waits for one other node, already encoded.
//!
//! Invariant: items leave a lane in the order they were put in; nothing enters a lane that holds its limit of bytes.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::Instant;

use parking_lot::{Condvar, Mutex, MutexGuard, RwLock};
use tokio::sync::{Notify, mpsc};

use crate::AgentId;
use crate::bus::Parcel;
use crate::bus::frame::{self, HEADER, Item};
use crate::error::SendError;

/// A frame is closed when it holds this many bytes. Client and server read into 64 KiB: what does not fit, or is cut by the
/// buffer's end, they copy once more. Of 4 to 256 KiB this was among the quickest, and exactly 64 the slowest.
pub(super) const FRAME_BYTES: usize = 31 << 10;
/// An item larger than this has no place in any frame.
const ITEM_BYTES: usize = 960 << 10;

pub(super) struct Lanes {
    lanes: RwLock<HashMap<u16, Arc<Lane>>>,
    limit: usize,
    /// Tells the bus's thread of each new lane.
    opened: mpsc::UnboundedSender<Arc<Lane>>,
    openings: Mutex<Option<mpsc::UnboundedReceiver<Arc<Lane>>>>,
}

pub(super) struct Lane {
    pub(super) node: u16,
    limit: usize,
    state: Mutex<Queue>,
    pub(super) filled: Notify,
    /// Told when room is made while somebody waits for it.
    room: Condvar,
    /// The highest frame that the other side has acknowledged.
    pub(super) acknowledged: tokio::sync::watch::Sender<u64>,
}

#[derive(Default)]
struct Queue {
    closed: VecDeque<Frame>,
    open: Frame,
    bytes: usize,
    waiting: usize,
    /// The last frame was full, so the next will probably be.
    busy: bool,
    /// Nothing is taken in, or sent, any more.
    over: bool,
}

/// Items behind room for a header.
#[derive(Default)]
pub(super) struct Frame {
    pub(super) bytes: Vec<u8>,
    pub(super) items: u64,
}

impl Lanes {
    pub(super) fn new(limit: usize) -> Self {
        let (opened, openings) = mpsc::unbounded_channel();
        Self {
            lanes: RwLock::default(),
            limit,
            opened,
            openings: Mutex::new(Some(openings)),
        }
    }

    pub(super) fn openings(&self) -> Option<mpsc::UnboundedReceiver<Arc<Lane>>> {
        self.openings.lock().take()
    }

    pub(super) fn get(&self, node: u16) -> Option<Arc<Lane>> {
        self.lanes.read().get(&node).cloned()
    }

    /// The lane to `node`, opened if need be.
    pub(super) fn to(&self, node: u16) -> Arc<Lane> {
        match self.get(node) {
            Some(lane) => lane,
            None => self.open(node),
        }
    }

    /// Nothing is taken in any more; whoever waits for room is told.
    pub(super) fn end(&self) {
        for lane in self.lanes.read().values() {
            lane.state.lock().over = true;
            lane.room.notify_all();
        }
    }

    fn open(&self, node: u16) -> Arc<Lane> {
        let mut lanes = self.lanes.write();
        let lane = lanes.entry(node).or_insert_with(|| {
            let lane = Arc::new(Lane {
                node,
                limit: self.limit,
                state: Mutex::default(),
                filled: Notify::new(),
                room: Condvar::new(),
                acknowledged: tokio::sync::watch::Sender::new(0),
            });
            // The receiver is gone only when the bus is over; nobody waits for the lane then.
            let _ = self.opened.send(lane.clone());
            lane
        });
        lane.clone()
    }
}

impl Lane {
    /// Puts in `item`, which is about agent `to`.
    pub(super) fn put(&self, to: AgentId, item: &Item) -> Result<(), SendError> {
        let mut queue = self.state.lock();
        let was_empty = queue.is_empty();
        queue.put(self.limit, to, item)?;
        drop(queue);
        if was_empty {
            self.filled.notify_one();
        }
        Ok(())
    }

    /// Puts in parcels, each with its position among those of a sender, who waits for room until `deadline`. Returns
    /// how many were taken, and adds the others to `refused`.
    pub(super) fn put_all(
        &self,
        parcels: impl Iterator<Item = (usize, Parcel)>,
        deadline: Instant,
        refused: &mut Vec<(usize, SendError)>,
    ) -> u64 {
        let mut queue = self.state.lock();
        let mut told = !queue.is_empty();
        let mut frames = queue.closed.len();
        let mut taken = 0;
        for (position, Parcel { from, to, message }) in parcels {
            if queue.bytes >= self.limit {
                self.wait_for_room(&mut queue, deadline);
                told = !queue.is_empty();
            }
            match queue.put(self.limit, to, &Item::Tell { from, to, message }) {
                Ok(()) => taken += 1,
                Err(reason) => refused.push((position, reason)),
            }
            if queue.closed.len() > frames {
                // The bus can begin with it.
                MutexGuard::unlocked(&mut queue, || self.filled.notify_one());
                told = !queue.is_empty();
                frames = queue.closed.len();
            }
        }
        let wake = !told && !queue.is_empty();
        drop(queue);
        if wake {
            self.filled.notify_one();
        }
        taken
    }

    fn wait_for_room(&self, queue: &mut MutexGuard<'_, Queue>, deadline: Instant) {
        queue.waiting += 1;
        while queue.bytes >= self.limit && !queue.over {
            if self.room.wait_until(queue, deadline).timed_out() {
                break;
            }
        }
        queue.waiting -= 1;
    }

    /// The next frame to send, if anything waits.
    pub(super) fn take(&self) -> Option<Frame> {
        let mut queue = self.state.lock();
        let frame = match queue.closed.pop_front() {
            Some(frame) => frame,
            None if queue.open.items > 0 => std::mem::take(&mut queue.open),
            None => return None,
        };
        queue.bytes -= frame.bytes.len();
        queue.busy = frame.bytes.len() >= FRAME_BYTES;
        if queue.waiting > 0 && queue.bytes < self.limit {
            self.room.notify_all();
        }
        Some(frame)
    }
}

impl Queue {
    fn is_empty(&self) -> bool {
        self.closed.is_empty() && self.open.items == 0
    }

    fn put(&mut self, limit: usize, to: AgentId, item: &Item) -> Result<(), SendError> {
        if self.over {
            return Err(SendError::Closed { to });
        }
        if self.bytes >= limit {
            return Err(SendError::Bus {
                to,
                reason: format!("{} bytes already wait for its node", self.bytes),
            });
        }
        if self.open.bytes.len() >= FRAME_BYTES {
            self.close();
        }
        if self.open.bytes.is_empty() {
            self.begin();
        }
        let before = self.open.bytes.len();
        frame::write(item, &mut self.open.bytes);
        let bytes = self.open.bytes.len() - before;
        if bytes > ITEM_BYTES {
            self.open.bytes.truncate(before);
            if self.open.items == 0 {
                self.bytes -= before;
                self.open = Frame::default();
            }
            return Err(SendError::TooLarge {
                to,
                bytes,
                limit: ITEM_BYTES,
            });
        }
        self.bytes += bytes;
        if before + bytes > ITEM_BYTES && before > HEADER {
            // Together with what was there before it would be too large for the server: a frame of its own.
            let item = self.open.bytes.split_off(before);
            self.close();
            self.begin();
            self.open.bytes.extend_from_slice(&item);
        }
        self.open.items += 1;
        Ok(())
    }

    fn close(&mut self) {
        let full = std::mem::take(&mut self.open);
        self.closed.push_back(full);
    }

    /// An empty frame, with room for a header.
    fn begin(&mut self) {
        let expected = if self.busy { FRAME_BYTES + 512 } else { 4096 };
        self.open.bytes.reserve(expected);
        self.open.bytes.resize(HEADER, 0);
        self.bytes += HEADER;
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::message::Message;

    const LIMIT: usize = 4 * FRAME_BYTES;

    fn lane() -> Arc<Lane> {
        Lanes::new(LIMIT).to(7)
    }

    fn parcels(count: usize, bytes: usize) -> impl Iterator<Item = (usize, Parcel)> {
        (0..count).map(move |position| {
            let parcel = Parcel {
                from: None,
                to: AgentId::new(7, position as u64),
                message: Message::payload(&vec![7; bytes]),
            };
            (position, parcel)
        })
    }

    /// Whom the waiting messages are for, in order.
    fn drain(lane: &Lane) -> Vec<u64> {
        let frames = std::iter::from_fn(|| lane.take());
        let items = frames.flat_map(|frame| frame::items(&frame.bytes.into()));
        items
            .map(|item| match item {
                Ok(Item::Tell { to, .. }) => to.number(),
                other => panic!("{other:?}"),
            })
            .collect()
    }

    #[test]
    fn what_is_put_in_comes_out_in_order_whatever_its_size() {
        for bytes in [0, 64, 5_000, FRAME_BYTES, ITEM_BYTES - 100] {
            let lane = lane();
            let count = (LIMIT / (bytes + 100)).min(3_000);
            let mut refused = Vec::new();
            let taken = lane.put_all(parcels(count, bytes), Instant::now(), &mut refused);
            assert_eq!((taken, refused.len()), (count as u64, 0), "{bytes}");
            assert_eq!(drain(&lane), (0..count as u64).collect::<Vec<_>>());
            assert_eq!(lane.state.lock().bytes, 0);
        }
    }

    #[test]
    fn an_item_that_no_frame_can_hold_is_refused_and_leaves_nothing() {
        let lane = lane();
        let mut refused = Vec::new();
        lane.put_all(parcels(2, ITEM_BYTES), Instant::now(), &mut refused);
        assert!(matches!(
            refused[..],
            [(0, SendError::TooLarge { .. }), (1, _)]
        ));
        assert_eq!(lane.state.lock().bytes, 0);
        assert!(lane.take().is_none());
    }

    #[test]
    fn a_full_lane_refuses_who_may_not_wait_and_lets_in_who_does() {
        let lane = lane();
        let mut refused = Vec::new();
        lane.put_all(parcels(100, LIMIT / 50), Instant::now(), &mut refused);
        assert!(matches!(refused[0].1, SendError::Bus { .. }));
        let waiting = lane.clone();
        let sender = std::thread::spawn(move || {
            let mut refused = Vec::new();
            let deadline = Instant::now() + Duration::from_secs(60);
            let taken = waiting.put_all(parcels(100, LIMIT / 50), deadline, &mut refused);
            (taken, refused)
        });
        let mut seen = 0;
        while seen < 200 - refused.len() {
            seen += drain(&lane).len();
            std::thread::yield_now();
        }
        assert_eq!(sender.join().unwrap(), (100, Vec::new()));
    }

    #[test]
    fn who_waits_when_the_bus_ends_is_told() {
        let lanes = Lanes::new(LIMIT);
        let lane = lanes.to(7);
        let sender = std::thread::spawn(move || {
            let mut refused = Vec::new();
            let deadline = Instant::now() + Duration::from_secs(60);
            lane.put_all(parcels(100, LIMIT / 50), deadline, &mut refused);
            refused
        });
        while lanes.to(7).state.lock().waiting == 0 {
            std::thread::yield_now();
        }
        lanes.end();
        let refused = sender.join().unwrap();
        assert!(matches!(refused[0].1, SendError::Closed { .. }));
    }
}
