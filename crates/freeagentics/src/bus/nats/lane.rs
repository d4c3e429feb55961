//! What waits for one other node, already encoded.
//!
//! Invariant: items leave a lane in the order they were put in; a lane never holds more bytes than its limit.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use parking_lot::{Mutex, RwLock};
use tokio::sync::{Notify, mpsc};

use crate::AgentId;
use crate::bus::frame::{self, HEADER, Item};
use crate::error::SendError;

/// A frame is closed when it holds this many bytes; the server's limit for one payload is 1 MiB by default.
pub(super) const FRAME_BYTES: usize = 256 << 10;
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
    /// The highest frame that the other side has acknowledged.
    pub(super) acknowledged: tokio::sync::watch::Sender<u64>,
}

#[derive(Default)]
struct Queue {
    closed: VecDeque<Frame>,
    open: Frame,
    bytes: usize,
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

    /// Puts `item`, which is about agent `to`, into the lane to `node`.
    pub(super) fn put_for(&self, node: u16, to: AgentId, item: &Item) -> Result<(), SendError> {
        if let Some(lane) = self.lanes.read().get(&node) {
            return lane.put(to, item);
        }
        let lane = self.open(node);
        lane.put(to, item)
    }

    fn open(&self, node: u16) -> Arc<Lane> {
        let mut lanes = self.lanes.write();
        let lane = lanes.entry(node).or_insert_with(|| {
            let lane = Arc::new(Lane {
                node,
                limit: self.limit,
                state: Mutex::default(),
                filled: Notify::new(),
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
    fn put(&self, to: AgentId, item: &Item) -> Result<(), SendError> {
        let mut queue = self.state.lock();
        if queue.bytes >= self.limit {
            return Err(SendError::Bus {
                to,
                reason: format!("{} bytes already wait for its node", queue.bytes),
            });
        }
        if queue.open.bytes.len() >= FRAME_BYTES {
            let full = std::mem::take(&mut queue.open);
            queue.closed.push_back(full);
        }
        let open = &mut queue.open;
        if open.bytes.is_empty() {
            open.bytes.reserve(4096);
            open.bytes.resize(HEADER, 0);
        }
        let before = open.bytes.len();
        frame::write(item, &mut open.bytes);
        let mut size = open.bytes.len() - before;
        if size > ITEM_BYTES {
            open.bytes.truncate(before);
            return Err(SendError::TooLarge {
                to,
                bytes: size,
                limit: ITEM_BYTES,
            });
        }
        open.items += 1;
        let first = open.items == 1;
        if before + size > ITEM_BYTES && before > HEADER {
            // Together with what was there before it would be too large for the server: a frame of its own.
            let tail = open.bytes.split_off(before);
            open.items -= 1;
            let full = std::mem::take(open);
            queue.closed.push_back(full);
            queue.open.bytes.resize(HEADER, 0);
            queue.open.bytes.extend_from_slice(&tail);
            queue.open.items = 1;
            size += HEADER;
        }
        queue.bytes += size;
        let wake = first && queue.closed.is_empty();
        drop(queue);
        if wake {
            self.filled.notify_one();
        }
        Ok(())
    }

    /// The next frame to send, if anything waits.
    pub(super) fn take(&self) -> Option<Frame> {
        let mut queue = self.state.lock();
        let frame = match queue.closed.pop_front() {
            Some(frame) => frame,
            None if queue.open.items > 0 => std::mem::take(&mut queue.open),
            None => return None,
        };
        let left = queue
            .closed
            .iter()
            .map(|frame| frame.bytes.len())
            .sum::<usize>();
        queue.bytes = left + queue.open.bytes.len();
        Some(frame)
    }
}
