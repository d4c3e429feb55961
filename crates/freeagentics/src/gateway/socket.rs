//! The socket as the WebSocket layer sees it: reads are bounded per turn, writes are collected.
//!
//! Connections of a thread read through one buffer: a connection that waits holds none, which is
//! most of what it would cost. Invariants: only [`super::peer::Peer`] writes to the socket, so
//! frames never interleave; the shared buffer is empty whenever a read returns.

use std::cell::RefCell;
use std::io::{self, Read, Write};

use bytes::{Buf, Bytes};
use tokio::io::Interest;
use tokio::net::TcpStream;

thread_local! {
    /// What one read takes from a socket; as long as the longest that was asked for.
    static READ_BUFFER: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// State of reading between turns.
#[derive(Debug)]
pub(super) struct SocketIo {
    /// Bytes taken from the socket at a time.
    read_buffer_bytes: usize,
    /// What was taken and not yet asked for; without memory once it is asked for.
    held: Bytes,
    /// What the WebSocket layer wants to send: pongs and close replies.
    control: Vec<u8>,
    budget: usize,
    read_bytes: usize,
    drained: bool,
}

impl SocketIo {
    pub(super) fn new(read_buffer_bytes: usize) -> Self {
        Self {
            read_buffer_bytes,
            held: Bytes::new(),
            control: Vec::new(),
            budget: 0,
            read_bytes: 0,
            drained: false,
        }
    }

    pub(super) fn start_turn(&mut self, budget: usize) {
        self.budget = budget;
        self.drained = false;
    }

    pub(super) fn on<'a>(&'a mut self, stream: &'a TcpStream) -> Turn<'a> {
        Turn {
            state: self,
            stream,
        }
    }

    /// Whether reading stopped because nothing is left, not because the turn is over.
    pub(super) fn is_drained(&self) -> bool {
        self.drained
    }

    pub(super) fn take_read_bytes(&mut self) -> usize {
        std::mem::take(&mut self.read_bytes)
    }

    pub(super) fn take_control(&mut self) -> Option<Bytes> {
        if self.control.is_empty() {
            return None;
        }
        Some(Bytes::from(std::mem::take(&mut self.control)))
    }
}

/// One turn of reading.
pub(super) struct Turn<'a> {
    state: &'a mut SocketIo,
    stream: &'a TcpStream,
}

impl Read for Turn<'_> {
    fn read(&mut self, wanted: &mut [u8]) -> io::Result<usize> {
        let held = &mut self.state.held;
        if !held.is_empty() {
            let length = held.len().min(wanted.len());
            wanted[..length].copy_from_slice(&held[..length]);
            held.advance(length);
            if held.is_empty() {
                *held = Bytes::new();
            }
            return Ok(length);
        }
        if self.state.drained || self.state.budget == 0 {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        READ_BUFFER.with_borrow_mut(|buffer| {
            let room = self.state.read_buffer_bytes;
            if buffer.len() < room {
                buffer.resize(room, 0);
            }
            let read = self.receive(&mut buffer[..room])?;
            let length = read.min(wanted.len());
            wanted[..length].copy_from_slice(&buffer[..length]);
            if read > length {
                self.state.held = Bytes::copy_from_slice(&buffer[length..read]);
            }
            Ok(length)
        })
    }
}

impl Turn<'_> {
    /// One read from the socket.
    fn receive(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let room = buffer.len();
        let mut received = None;
        // A short read means that the socket is empty. Saying so from within, against the readiness
        // seen before the read, spares the system call that would find nothing; what arrives in
        // between raises a new readiness and is not lost. (The event queue is edge-triggered.)
        let result = self.stream.try_io(Interest::READABLE, || {
            let length = rustix::io::retry_on_intr(|| rustix::io::read(self.stream, &mut *buffer))?;
            received = Some(length);
            if length > 0 && length < room {
                return Err(io::ErrorKind::WouldBlock.into());
            }
            Ok(())
        });
        if let Some(length) = received {
            self.state.drained = result.is_err();
            self.state.budget = self.state.budget.saturating_sub(length);
            self.state.read_bytes += length;
            return Ok(length);
        }
        let error = result
            .err()
            .unwrap_or_else(|| io::ErrorKind::WouldBlock.into());
        self.state.drained = error.kind() == io::ErrorKind::WouldBlock;
        Err(error)
    }
}

impl Write for Turn<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.state.control.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
