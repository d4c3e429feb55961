//! Commands in the compact binary encoding: operation (1 byte), id (4 bytes), body; integers
//! little-endian. Invariant: a body is read to its last byte or refused.

use std::borrow::Cow;

use super::command::{BadCommand, Command, Request, check_topic};

/// Operation bytes of commands. A reply repeats the byte with [`REPLY`] set.
pub(super) mod op {
    pub(in super::super) const ECHO: u8 = 0x01;
    pub(in super::super) const SUBSCRIBE: u8 = 0x02;
    pub(in super::super) const UNSUBSCRIBE: u8 = 0x03;
    pub(in super::super) const PUBLISH: u8 = 0x04;
    pub(in super::super) const SPAWN: u8 = 0x05;
    pub(in super::super) const OBSERVE: u8 = 0x06;
    pub(in super::super) const INSPECT: u8 = 0x07;
    pub(in super::super) const STATUS: u8 = 0x08;
    /// Set in replies.
    pub(in super::super) const REPLY: u8 = 0x80;
    /// An error reply.
    pub(in super::super) const ERROR: u8 = 0xFF;
}

/// Reads one command.
pub(in crate::gateway) fn decode(bytes: &[u8]) -> Result<Request<'_>, (Option<u32>, BadCommand)> {
    let mut reader = Reader(bytes);
    let head = (|| Some((reader.u8()?, reader.u32()?)))();
    let Some((operation, id)) = head else {
        return Err((
            None,
            BadCommand::Malformed("shorter than its 5-byte head".into()),
        ));
    };
    let id = (id != 0).then_some(id);
    command(operation, reader)
        .map(|command| Request { id, command })
        .map_err(|bad| (id, bad))
}

fn command(operation: u8, mut body: Reader<'_>) -> Result<Command<'_>, BadCommand> {
    let short = || BadCommand::Malformed(format!("body of operation {operation:#04x} is cut off"));
    let command = match operation {
        op::ECHO => Command::Echo {
            payload: body.rest(),
        },
        op::SUBSCRIBE => Command::Subscribe {
            topics: vec![topic(&mut body)?],
        },
        op::UNSUBSCRIBE => Command::Unsubscribe {
            topics: vec![topic(&mut body)?],
        },
        op::PUBLISH => Command::Publish {
            topic: topic(&mut body)?,
            payload: body.rest(),
        },
        op::SPAWN => Command::Spawn {
            count: body.u32().ok_or_else(short)?,
        },
        op::OBSERVE => {
            let agent = body.u64().ok_or_else(short)?;
            let count = body.u8().ok_or_else(short)?;
            let observation = (0..count)
                .map(|_| body.u32())
                .collect::<Option<Vec<_>>>()
                .ok_or_else(short)?;
            Command::Observe { agent, observation }
        }
        op::INSPECT => Command::Inspect {
            agent: body.u64().ok_or_else(short)?,
        },
        op::STATUS => Command::Status,
        other => return Err(BadCommand::Unknown(format!("{other:#04x}"))),
    };
    if !body.0.is_empty() {
        return Err(BadCommand::Malformed(format!(
            "{} bytes too many",
            body.0.len()
        )));
    }
    Ok(command)
}

fn topic<'a>(body: &mut Reader<'a>) -> Result<Cow<'a, str>, BadCommand> {
    let bytes = body
        .u8()
        .and_then(|length| body.take(usize::from(length)))
        .ok_or_else(|| BadCommand::Malformed("topic is cut off".into()))?;
    let topic = std::str::from_utf8(bytes)
        .map_err(|_| BadCommand::Malformed("topic is not UTF-8".into()))?;
    check_topic(topic)?;
    Ok(Cow::Borrowed(topic))
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    fn rest(&mut self) -> &'a [u8] {
        std::mem::take(&mut self.0)
    }

    fn u8(&mut self) -> Option<u8> {
        self.take(1).map(|bytes| bytes[0])
    }

    fn u32(&mut self) -> Option<u32> {
        self.take(4)
            .and_then(|bytes| bytes.try_into().ok())
            .map(u32::from_le_bytes)
    }

    fn u64(&mut self) -> Option<u64> {
        self.take(8)
            .and_then(|bytes| bytes.try_into().ok())
            .map(u64::from_le_bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn commands_are_read() {
        let request = decode(b"\x04\x02\0\0\0\x03abcxyz").expect("valid");
        assert_eq!(request.id, Some(2));
        assert_eq!(
            request.command,
            Command::Publish {
                topic: "abc".into(),
                payload: b"xyz"
            }
        );
        let request = decode(b"\x06\0\0\0\0\x05\0\0\0\0\0\0\0\x01\x04\0\0\0").expect("valid");
        assert_eq!(
            request,
            Request {
                id: None,
                command: Command::Observe {
                    agent: 5,
                    observation: vec![4]
                }
            }
        );
    }

    #[test]
    fn cut_off_overlong_and_unknown_are_refused() {
        for bad in [
            &b""[..],
            b"\x01\0\0",
            b"\x05\0\0\0\0\x01",
            b"\x08\x01\0\0\0extra",
            b"\x02\x01\0\0\0\x09ab",
            b"\x02\x01\0\0\0\x02\xff\xff",
            b"\x7e\x01\0\0\0",
        ] {
            assert!(decode(bad).is_err(), "{bad:?}");
        }
    }

    proptest! {
        #[test]
        fn no_input_panics(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
            let _ = decode(&bytes);
        }
    }
}
