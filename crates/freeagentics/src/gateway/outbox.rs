//! What waits for one client. Invariant: chunks leave in order and whole; a chunk whose first
//! byte has been written is never dropped; `waiting_bytes` is the sum of what is queued.

use std::collections::VecDeque;
use std::io::{self, IoSlice};

use bytes::{Buf, Bytes};
use tokio::net::TcpStream;

/// Most slices handed to one `writev`.
const MAX_SLICES: usize = 32;

/// Whole frames on their way to one client.
#[derive(Debug)]
pub(super) struct Chunk {
    pub(super) bytes: Bytes,
    /// Events in it; 0 for replies and control frames, which are never dropped.
    pub(super) events: u32,
}

/// What waits for one client.
#[derive(Debug, Default)]
pub(super) struct Outbox {
    queue: VecDeque<Chunk>,
    /// The first chunk has been written in part.
    started: bool,
    waiting_bytes: usize,
}

impl Outbox {
    pub(super) fn is_empty(&self) -> bool {
        self.queue.is_empty()
    }

    pub(super) fn waiting_bytes(&self) -> usize {
        self.waiting_bytes
    }

    pub(super) fn push(&mut self, chunk: Chunk) {
        self.waiting_bytes += chunk.bytes.len();
        self.queue.push_back(chunk);
    }

    /// Drops the oldest events until `waiting_bytes` is at most `limit` or none can be dropped.
    /// Returns how many events went.
    pub(super) fn drop_oldest_events(&mut self, limit: usize) -> u64 {
        let mut dropped = 0;
        let mut index = usize::from(self.started);
        while self.waiting_bytes > limit && index < self.queue.len() {
            if self.queue[index].events == 0 {
                index += 1;
                continue;
            }
            if let Some(chunk) = self.queue.remove(index) {
                self.waiting_bytes -= chunk.bytes.len();
                dropped += u64::from(chunk.events);
            }
        }
        dropped
    }

    /// Forgets all that has not been started, for a last word before closing.
    pub(super) fn drop_unstarted(&mut self) {
        self.queue.truncate(usize::from(self.started));
        self.waiting_bytes = self.queue.front().map_or(0, |chunk| chunk.bytes.len());
    }

    /// Writes until empty (`Ok(true)`) or the socket is full (`Ok(false)`).
    pub(super) fn write_to(&mut self, stream: &TcpStream) -> io::Result<bool> {
        while !self.queue.is_empty() {
            let result = if self.queue.len() == 1 {
                stream.try_write(&self.queue[0].bytes)
            } else {
                let mut slices = [IoSlice::new(&[]); MAX_SLICES];
                let mut used = 0;
                for (slice, chunk) in slices.iter_mut().zip(&self.queue) {
                    *slice = IoSlice::new(&chunk.bytes);
                    used += 1;
                }
                stream.try_write_vectored(&slices[..used])
            };
            match result {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(written) => self.advance(written),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(false),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(true)
    }

    /// Gives back memory of a past burst.
    pub(super) fn shrink(&mut self) {
        if self.queue.is_empty() && self.queue.capacity() > 8 {
            self.queue = VecDeque::new();
        }
    }

    fn advance(&mut self, mut written: usize) {
        self.waiting_bytes -= written;
        while let Some(front) = self.queue.front_mut() {
            if written < front.bytes.len() {
                front.bytes.advance(written);
                self.started |= written > 0;
                return;
            }
            written -= front.bytes.len();
            self.queue.pop_front();
            self.started = false;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chunk(byte: u8, length: usize, events: u32) -> Chunk {
        Chunk {
            bytes: Bytes::from(vec![byte; length]),
            events,
        }
    }

    #[test]
    fn dropping_spares_replies_and_what_has_been_started() {
        let mut outbox = Outbox::default();
        outbox.push(chunk(1, 10, 2));
        outbox.push(chunk(2, 10, 0));
        outbox.push(chunk(3, 10, 3));
        outbox.push(chunk(4, 10, 1));
        outbox.advance(4);
        assert_eq!(outbox.drop_oldest_events(26), 3);
        let left: Vec<u8> = outbox.queue.iter().map(|c| c.bytes[0]).collect();
        assert_eq!(left, [1, 2, 4]);
        assert_eq!(outbox.waiting_bytes(), 26);
        assert_eq!(outbox.drop_oldest_events(0), 1);
        assert_eq!(outbox.waiting_bytes(), 16);
    }

    #[test]
    fn bytes_are_counted_through_partial_writes() {
        let mut outbox = Outbox::default();
        outbox.push(chunk(1, 3, 1));
        outbox.push(chunk(2, 3, 1));
        outbox.advance(4);
        assert_eq!(outbox.waiting_bytes(), 2);
        outbox.advance(2);
        assert!(outbox.is_empty());
        assert_eq!(outbox.waiting_bytes(), 0);
    }

    #[test]
    fn a_last_word_follows_only_the_started_chunk() {
        let mut outbox = Outbox::default();
        outbox.push(chunk(1, 3, 1));
        outbox.push(chunk(2, 3, 0));
        outbox.advance(1);
        outbox.drop_unstarted();
        assert_eq!(outbox.waiting_bytes(), 2);
        outbox.advance(2);
        assert!(outbox.is_empty());
    }
}
