//! The worker's end of the channel: commands in, replies out.

use std::fmt;
use std::io::{self, Read, Write};
use std::sync::mpsc::{Receiver, Sender};

use crate::protocol::{Command, LineBuffer, Reply};

/// A command, or why what arrived was none.
pub(crate) type Incoming = Result<Command, String>;

pub(crate) struct Link {
    commands: Receiver<Incoming>,
    replies: Box<dyn Write + Send>,
}

impl Link {
    pub(crate) fn new(commands: Receiver<Incoming>, replies: Box<dyn Write + Send>) -> Self {
        Self { commands, replies }
    }

    /// The next command; `None` when the tool has gone.
    pub(crate) fn next(&self) -> Option<Incoming> {
        self.commands.recv().ok()
    }

    pub(crate) fn send(&mut self, reply: &Reply) -> io::Result<()> {
        let mut line = serde_json::to_vec(reply)?;
        line.push(b'\n');
        self.replies.write_all(&line)
    }
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Link")
    }
}

/// Reads commands until the tool closes its end or nobody listens any more.
pub(crate) fn read_commands(mut source: impl Read, to: &Sender<Incoming>) {
    let mut buffer = LineBuffer::default();
    let mut chunk = [0; 4096];
    loop {
        let count = match source.read(&mut chunk) {
            Ok(0) => return,
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(_) => return,
        };
        buffer.extend(&chunk[..count]);
        loop {
            let incoming = match buffer.next_line() {
                Ok(None) => break,
                Ok(Some(line)) => serde_json::from_slice(&line)
                    .map_err(|error| format!("the tool sent what is no command: {error}")),
                Err(error) => Err(format!("the tool sent {error}")),
            };
            let broken = incoming.is_err();
            if to.send(incoming).is_err() || broken {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use proptest::prelude::*;

    use super::*;

    fn read(bytes: &[u8]) -> Vec<Incoming> {
        let (sender, receiver) = mpsc::channel();
        read_commands(bytes, &sender);
        drop(sender);
        receiver.into_iter().collect()
    }

    #[test]
    fn commands_arrive_in_order_until_one_is_broken() {
        let incoming =
            read(b"{\"command\":\"list\"}\n{\"command\":\"fly\"}\n{\"command\":\"round\"}\n");
        assert_eq!(incoming[0], Ok(Command::List));
        assert!(
            incoming[1].as_ref().unwrap_err().contains("fly"),
            "{incoming:?}"
        );
        assert_eq!(incoming.len(), 2);
    }

    proptest! {
        #[test]
        fn whatever_arrives_is_a_command_or_a_complaint(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let lines = bytes.iter().filter(|byte| **byte == b'\n').count();
            let incoming = read(&bytes);
            prop_assert!(incoming.len() <= lines);
            let broken = incoming.iter().position(Result::is_err);
            prop_assert!(broken.is_none_or(|at| at + 1 == incoming.len()));
        }
    }
}
