//! Many parcels in one payload.
//!
//! Invariant: what one side writes the other reads back equal; damaged bytes are an error, never a panic or a wrong
//! message. Little-endian. A frame is a header (version, sender's node and incarnation, sequence number, lowest
//! sequence number still repeated) and items; an item is its kind and length in one word, then addresses, then content.

use std::sync::Arc;

use bytes::Bytes;

use crate::AgentId;
use crate::message::{Command, INLINE_BYTES, Message, Observation, Payload, SharedBelief};
use crate::observe::Moment;

pub(super) const HEADER: usize = 27;
const VERSION: u8 = 1;

/// Who sent a frame, and which of theirs it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) node: u16,
    /// Differs for each start of a bus, so that a restarted sender is not taken for its predecessor.
    pub(super) incarnation: u64,
    pub(super) sequence: u64,
    /// The sender repeats no frame below this one.
    pub(super) base: u64,
}

/// One thing in a frame.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Item {
    Tell {
        from: Option<AgentId>,
        to: AgentId,
        message: Message,
    },
    Ask {
        question: u64,
        to: AgentId,
        message: Message,
    },
    Answer {
        question: u64,
        answer: Result<Message, String>,
    },
    /// A message that reached nobody, for its sender.
    Return {
        from: Option<AgentId>,
        to: AgentId,
        reason: String,
        message: Message,
    },
}

const TELL: u8 = 0;
const ASK: u8 = 1;
const ANSWER: u8 = 2;
const FAILURE: u8 = 3;
const RETURN: u8 = 4;

impl Header {
    pub(super) fn write(&self, frame: &mut [u8]) {
        frame[0] = VERSION;
        frame[1..3].copy_from_slice(&self.node.to_le_bytes());
        frame[3..11].copy_from_slice(&self.incarnation.to_le_bytes());
        frame[11..19].copy_from_slice(&self.sequence.to_le_bytes());
        frame[19..27].copy_from_slice(&self.base.to_le_bytes());
    }
}

/// Appends one item.
pub(super) fn write(item: &Item, out: &mut Vec<u8>) {
    if let Item::Tell {
        from,
        to,
        message: Message::Payload(payload),
    } = item
    {
        return write_payload(*from, *to, payload, out);
    }
    let start = out.len();
    out.extend_from_slice(&[0; 4]);
    let (kind, form) = match item {
        Item::Tell { from, to, message } => {
            put_address(*from, *to, out);
            (TELL, put_message(message, out))
        }
        Item::Ask {
            question,
            to,
            message,
        } => {
            out.extend_from_slice(&question.to_le_bytes());
            out.extend_from_slice(&to.to_bits().to_le_bytes());
            (ASK, put_message(message, out))
        }
        Item::Answer { question, answer } => {
            out.extend_from_slice(&question.to_le_bytes());
            match answer {
                Ok(message) => (ANSWER, put_message(message, out)),
                Err(reason) => {
                    out.extend_from_slice(reason.as_bytes());
                    (FAILURE, 0)
                }
            }
        }
        Item::Return {
            from,
            to,
            reason,
            message,
        } => {
            put_address(*from, *to, out);
            put_u32(reason.len(), out);
            out.extend_from_slice(reason.as_bytes());
            (RETURN, put_message(message, out))
        }
    };
    let head = head(out.len() - start - 4, kind, form);
    out[start..start + 4].copy_from_slice(&head);
}

/// The common case in one go: its length is known beforehand.
fn write_payload(from: Option<AgentId>, to: AgentId, payload: &Payload, out: &mut Vec<u8>) {
    let from = from.unwrap_or(AgentId::OUTSIDE);
    let mut start = [0; 20];
    start[..4].copy_from_slice(&head(16 + payload.len(), TELL, 0));
    start[4..12].copy_from_slice(&to.to_bits().to_le_bytes());
    start[12..].copy_from_slice(&from.to_bits().to_le_bytes());
    out.reserve(start.len() + payload.len());
    out.extend_from_slice(&start);
    out.extend_from_slice(payload);
}

fn head(len: usize, kind: u8, form: u8) -> [u8; 4] {
    ((len as u32 & LEN_MASK) | (u32::from(kind) << 26) | (u32::from(form) << 29)).to_le_bytes()
}

/// Items of up to 64 MiB; the server's limit is lower.
const LEN_MASK: u32 = (1 << 26) - 1;

fn put_address(from: Option<AgentId>, to: AgentId, out: &mut Vec<u8>) {
    out.extend_from_slice(&to.to_bits().to_le_bytes());
    out.extend_from_slice(&from.unwrap_or(AgentId::OUTSIDE).to_bits().to_le_bytes());
}

fn put_u32(value: usize, out: &mut Vec<u8>) {
    out.extend_from_slice(&(value as u32).to_le_bytes());
}

fn put_list(values: &[u32], out: &mut Vec<u8>) {
    put_u32(values.len(), out);
    values
        .iter()
        .for_each(|value| out.extend_from_slice(&value.to_le_bytes()));
}

fn put_belief(belief: &[Vec<f32>], free_energy_nats: f32, out: &mut Vec<u8>) {
    out.extend_from_slice(&free_energy_nats.to_le_bytes());
    put_u32(belief.len(), out);
    for factor in belief {
        put_u32(factor.len(), out);
        factor
            .iter()
            .for_each(|p| out.extend_from_slice(&p.to_le_bytes()));
    }
}

const COMMANDS: [Command; 4] = [
    Command::Step,
    Command::Report,
    Command::Reset,
    Command::Stop,
];

fn put_message(message: &Message, out: &mut Vec<u8>) -> u8 {
    match message {
        Message::Payload(payload) => {
            out.extend_from_slice(payload);
            0
        }
        Message::Observation(observation) => {
            put_list(observation.outcomes(), out);
            1
        }
        Message::Belief(belief) => {
            put_belief(&belief.probabilities, belief.free_energy_nats, out);
            2
        }
        Message::Acted(moment) => {
            put_belief(&moment.belief, moment.free_energy_nats, out);
            put_list(&moment.observation, out);
            put_list(&moment.action, out);
            put_list(moment.place.as_slice(), out);
            3
        }
        Message::Command(command) => {
            let index = COMMANDS.iter().position(|other| other == command);
            out.push(index.unwrap_or(0) as u8);
            4
        }
    }
}

/// The header and the items of a frame; an item that cannot be read ends it with an error.
pub(super) fn read(frame: &Bytes) -> Option<(Header, Items)> {
    let mut rest = Reader { bytes: frame };
    if rest.u8()? != VERSION {
        return None;
    }
    let header = Header {
        node: u16::from_le_bytes(rest.array()?),
        incarnation: rest.u64()?,
        sequence: rest.u64()?,
        base: rest.u64()?,
    };
    Some((header, items(frame)))
}

/// The items behind a header, whatever that says.
pub(super) fn items(frame: &Bytes) -> Items {
    Items {
        at: HEADER.min(frame.len()),
        frame: frame.clone(),
    }
}

/// What is left of a frame. Large payloads share its bytes.
#[derive(Clone)]
pub(super) struct Items {
    frame: Bytes,
    at: usize,
}

/// A frame holds something that is no item.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Damaged;

impl Iterator for Items {
    type Item = Result<Item, Damaged>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        let mut rest = Reader {
            bytes: self.frame.get(self.at..).filter(|rest| !rest.is_empty())?,
        };
        let item = rest.item(&self.frame).ok_or(Damaged);
        self.at = match item {
            Ok(_) => self.frame.len() - rest.bytes.len(),
            Err(Damaged) => self.frame.len(),
        };
        Some(item)
    }
}

struct Reader<'a> {
    bytes: &'a [u8],
}

impl<'a> Reader<'a> {
    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (value, rest) = self.bytes.split_first_chunk()?;
        self.bytes = rest;
        Some(*value)
    }

    fn u8(&mut self) -> Option<u8> {
        self.array::<1>().map(|[byte]| byte)
    }

    fn u32(&mut self) -> Option<u32> {
        self.array().map(u32::from_le_bytes)
    }

    fn u64(&mut self) -> Option<u64> {
        self.array().map(u64::from_le_bytes)
    }

    fn id(&mut self) -> Option<AgentId> {
        self.u64().map(AgentId::from_bits)
    }

    fn slice(&mut self, len: usize) -> Option<&'a [u8]> {
        let (value, rest) = self.bytes.split_at_checked(len)?;
        self.bytes = rest;
        Some(value)
    }

    fn text(&mut self, len: usize) -> Option<String> {
        String::from_utf8(self.slice(len)?.to_vec()).ok()
    }

    fn list(&mut self) -> Option<Vec<u32>> {
        let len = self.u32()? as usize;
        let bytes = self.slice(len.checked_mul(4)?)?;
        Some(words(bytes).map(u32::from_le_bytes).collect())
    }

    fn belief(&mut self) -> Option<(Vec<Vec<f32>>, f32)> {
        let free_energy = f32::from_le_bytes(self.array()?);
        let factors = self.u32()?;
        let mut belief = Vec::new();
        for _ in 0..factors {
            let len = self.u32()? as usize;
            let bytes = self.slice(len.checked_mul(4)?)?;
            belief.push(words(bytes).map(f32::from_le_bytes).collect());
        }
        Some((belief, free_energy))
    }

    /// The next item of `frame`, whose rest this reads.
    #[inline]
    fn item(&mut self, frame: &Bytes) -> Option<Item> {
        let head = self.u32()?;
        let mut body = Self {
            bytes: self.slice((head & LEN_MASK) as usize)?,
        };
        let form = (head >> 29) as u8;
        match ((head >> 26) & 7) as u8 {
            TELL => Some(Item::Tell {
                to: body.id()?,
                from: body.id()?.known(),
                message: body.message(form, frame)?,
            }),
            ASK => Some(Item::Ask {
                question: body.u64()?,
                to: body.id()?,
                message: body.message(form, frame)?,
            }),
            ANSWER => Some(Item::Answer {
                question: body.u64()?,
                answer: Ok(body.message(form, frame)?),
            }),
            FAILURE => Some(Item::Answer {
                question: body.u64()?,
                answer: Err(body.text(body.bytes.len())?),
            }),
            RETURN => {
                let to = body.id()?;
                let from = body.id()?.known();
                let len = body.u32()? as usize;
                Some(Item::Return {
                    from,
                    to,
                    reason: body.text(len)?,
                    message: body.message(form, frame)?,
                })
            }
            _ => None,
        }
    }

    #[inline]
    fn message(mut self, form: u8, frame: &Bytes) -> Option<Message> {
        let message = match form {
            0 if self.bytes.len() <= INLINE_BYTES => return Some(Message::payload(self.bytes)),
            0 => return Some(Message::Payload(frame.slice_ref(self.bytes).into())),
            1 => Message::Observation(Observation::new(&self.list()?)),
            2 => {
                let (probabilities, free_energy_nats) = self.belief()?;
                Message::Belief(Arc::new(SharedBelief {
                    probabilities,
                    free_energy_nats,
                }))
            }
            3 => {
                let (belief, free_energy_nats) = self.belief()?;
                Message::Acted(Arc::new(Moment {
                    belief,
                    free_energy_nats,
                    observation: self.list()?,
                    action: self.list()?,
                    place: self.list()?.first().copied(),
                }))
            }
            4 => Message::Command(*COMMANDS.get(usize::from(self.u8()?))?),
            _ => return None,
        };
        self.bytes.is_empty().then_some(message)
    }
}

fn words(bytes: &[u8]) -> impl Iterator<Item = [u8; 4]> {
    bytes.as_chunks().0.iter().copied()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn message() -> impl Strategy<Value = Message> {
        let belief = prop::collection::vec(prop::collection::vec(0.0_f32..1.0, 0..9), 0..4);
        prop_oneof![
            prop::collection::vec(any::<u8>(), 0..200).prop_map(|bytes| Message::payload(&bytes)),
            prop::collection::vec(any::<u32>(), 0..20).prop_map(|list| Message::observation(&list)),
            (0..4_usize).prop_map(|index| Message::Command(COMMANDS[index])),
            (belief.clone(), 0.0_f32..9.0).prop_map(|(probabilities, free_energy_nats)| {
                Message::Belief(Arc::new(SharedBelief {
                    probabilities,
                    free_energy_nats,
                }))
            }),
            (
                belief,
                prop::collection::vec(any::<u32>(), 0..4),
                any::<Option<u32>>()
            )
                .prop_map(|(belief, list, place)| {
                    Message::Acted(Arc::new(Moment {
                        observation: list.clone(),
                        belief,
                        action: list,
                        free_energy_nats: 1.5,
                        place,
                    }))
                }),
        ]
    }

    fn item() -> impl Strategy<Value = Item> {
        let id = || any::<u64>().prop_map(AgentId::from_bits);
        let sender = || {
            (any::<bool>(), 0..u64::MAX)
                .prop_map(|(some, bits)| some.then(|| AgentId::from_bits(bits)))
        };
        prop_oneof![
            (sender(), id(), message()).prop_map(|(from, to, message)| Item::Tell {
                from,
                to,
                message
            }),
            (any::<u64>(), id(), message()).prop_map(|(question, to, message)| Item::Ask {
                question,
                to,
                message
            }),
            (any::<u64>(), message()).prop_map(|(question, message)| Item::Answer {
                question,
                answer: Ok(message)
            }),
            (any::<u64>(), ".{0,30}").prop_map(|(question, reason)| Item::Answer {
                question,
                answer: Err(reason)
            }),
            (sender(), id(), ".{0,30}", message()).prop_map(|(from, to, reason, message)| {
                Item::Return {
                    from,
                    to,
                    reason,
                    message,
                }
            }),
        ]
    }

    const HEAD: Header = Header {
        node: 7,
        incarnation: 11,
        sequence: 13,
        base: 12,
    };

    fn framed(items: &[Item]) -> Vec<u8> {
        let mut frame = vec![0; HEADER];
        HEAD.write(&mut frame);
        items.iter().for_each(|item| write(item, &mut frame));
        frame
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(items in prop::collection::vec(item(), 0..20)) {
            let (header, read) = read(&framed(&items).into()).expect("a frame");
            prop_assert_eq!(header, HEAD);
            prop_assert_eq!(read.collect::<Result<Vec<_>, _>>(), Ok(items));
        }

        #[test]
        fn damaged_frames_are_errors_not_panics(
            items in prop::collection::vec(item(), 1..5), cut in any::<usize>(), at in any::<usize>(), flip in any::<u8>(),
        ) {
            let mut frame = framed(&items);
            let at = at % frame.len();
            frame[at] ^= flip;
            frame.truncate(cut % (frame.len() + 1));
            if let Some((_, items)) = read(&frame.into()) {
                prop_assert!(items.count() <= 5);
            }
        }
    }
}
