//! The socket as the WebSocket layer sees it: reads are bounded per turn, writes are collected.
//! Invariant: only [`super::peer::Peer`] writes to the socket, so frames never interleave.

use std::io::{self, Read, Write};

use bytes::Bytes;
use tokio::io::Interest;
use tokio::net::TcpStream;

/// State of reading between turns.
#[derive(Debug, Default)]
pub(super) struct SocketIo {
    /// What the WebSocket layer wants to send: pongs and close replies.
    control: Vec<u8>,
    budget: usize,
    read_bytes: usize,
    drained: bool,
}

impl SocketIo {
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
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.state.drained || self.state.budget == 0 {
            return Err(io::ErrorKind::WouldBlock.into());
        }
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
