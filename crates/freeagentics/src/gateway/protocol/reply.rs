//! Answers to commands, in the encoding of the command. Invariant: exactly one reply per command
//! with an id (a command without one is answered too, except `publish`).

use std::fmt::Write;

use bytes::{BufMut, Bytes, BytesMut};

use super::super::frame::{self, Opcode};
use super::super::host::StepReport;
use super::Encoding;
use super::binary::op;
use super::event;

/// What an error reply is about; stable for programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u16)]
pub(in crate::gateway) enum ErrorCode {
    Malformed = 1,
    UnknownCommand = 2,
    NoSuchAgent = 3,
    BadObservation = 4,
    Unavailable = 5,
    TooMany = 6,
}

impl ErrorCode {
    fn name(self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::UnknownCommand => "unknown_command",
            Self::NoSuchAgent => "no_such_agent",
            Self::BadObservation => "bad_observation",
            Self::Unavailable => "unavailable",
            Self::TooMany => "too_many",
        }
    }
}

/// Answers to commands.
#[derive(Debug)]
pub(in crate::gateway) enum Reply<'a> {
    Echo(&'a [u8]),
    /// The topics asked for, and how many the client has now.
    Subscribed(&'a [Box<str>], usize),
    Unsubscribed(&'a [Box<str>], usize),
    Published {
        receivers: u32,
    },
    Spawned(&'a [u64]),
    Observed(&'a StepReport),
    Inspected(&'a StepReport),
    Status {
        agents: u64,
        connections: u64,
        uptime_seconds: u64,
    },
    Error(ErrorCode, &'a str),
}

/// One frame holding the reply.
pub(in crate::gateway) fn encode(encoding: Encoding, id: Option<u32>, reply: &Reply<'_>) -> Bytes {
    match encoding {
        Encoding::Json => frame::encode(Opcode::Text, &json(id, reply)),
        Encoding::Binary => frame::encode(Opcode::Binary, &binary(id, reply)),
    }
}

fn json(id: Option<u32>, reply: &Reply<'_>) -> Vec<u8> {
    let name = match reply {
        Reply::Echo(_) => "echo",
        Reply::Subscribed(..) => "subscribed",
        Reply::Unsubscribed(..) => "unsubscribed",
        Reply::Published { .. } => "published",
        Reply::Spawned(_) => "spawned",
        Reply::Observed(_) => "observed",
        Reply::Inspected(_) => "inspected",
        Reply::Status { .. } => "status",
        Reply::Error(..) => "error",
    };
    let mut out = format!(r#"{{"type":"{name}""#);
    if let Some(id) = id {
        let _ = write!(out, r#","id":{id}"#);
    }
    let mut out = match reply {
        Reply::Echo(payload) => {
            out.push_str(r#","payload":"#);
            let mut out = out.into_bytes();
            out.extend_from_slice(payload);
            out.push(b'}');
            return out;
        }
        Reply::Subscribed(topics, total) | Reply::Unsubscribed(topics, total) => {
            out.push_str(r#","topics":"#);
            event::list(&mut out, topics.iter().map(|topic| event::quoted(topic)));
            let _ = write!(out, r#","subscriptions":{total}"#);
            out
        }
        Reply::Published { receivers } => {
            let _ = write!(out, r#","receivers":{receivers}"#);
            out
        }
        Reply::Spawned(agents) => {
            out.push_str(r#","agents":"#);
            event::list(&mut out, agents.iter());
            out
        }
        Reply::Observed(report) | Reply::Inspected(report) => {
            out.push(',');
            event::step_fields(&mut out, report);
            out
        }
        Reply::Status {
            agents,
            connections,
            uptime_seconds,
        } => {
            let _ = write!(
                out,
                r#","agents":{agents},"connections":{connections},"uptime_seconds":{uptime_seconds}"#
            );
            out
        }
        Reply::Error(code, message) => {
            let _ = write!(
                out,
                r#","code":"{}","message":{}"#,
                code.name(),
                event::quoted(message)
            );
            out
        }
    };
    out.push('}');
    out.into_bytes()
}

fn binary(id: Option<u32>, reply: &Reply<'_>) -> BytesMut {
    let operation = match reply {
        Reply::Echo(_) => op::ECHO | op::REPLY,
        Reply::Subscribed(..) => op::SUBSCRIBE | op::REPLY,
        Reply::Unsubscribed(..) => op::UNSUBSCRIBE | op::REPLY,
        Reply::Published { .. } => op::PUBLISH | op::REPLY,
        Reply::Spawned(_) => op::SPAWN | op::REPLY,
        Reply::Observed(_) => op::OBSERVE | op::REPLY,
        Reply::Inspected(_) => op::INSPECT | op::REPLY,
        Reply::Status { .. } => op::STATUS | op::REPLY,
        Reply::Error(..) => op::ERROR,
    };
    let mut out = BytesMut::with_capacity(32);
    out.put_u8(operation);
    out.put_u32_le(id.unwrap_or(0));
    match reply {
        Reply::Echo(payload) => out.put_slice(payload),
        Reply::Subscribed(_, total) | Reply::Unsubscribed(_, total) => {
            out.put_u32_le(*total as u32);
        }
        Reply::Published { receivers } => out.put_u32_le(*receivers),
        Reply::Spawned(agents) => agents.iter().for_each(|agent| out.put_u64_le(*agent)),
        Reply::Observed(report) | Reply::Inspected(report) => event::step_binary(&mut out, report),
        Reply::Status {
            agents,
            connections,
            uptime_seconds,
        } => {
            out.put_u64_le(*agents);
            out.put_u64_le(*connections);
            out.put_u64_le(*uptime_seconds);
        }
        Reply::Error(code, message) => {
            out.put_u16_le(*code as u16);
            out.put_slice(message.as_bytes());
        }
    }
    out
}
