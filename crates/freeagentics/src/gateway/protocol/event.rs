//! What the server says unasked. Invariant: an event is encoded once per encoding, and only for
//! encodings somebody listens to.

use std::fmt::{Display, Write};

use bytes::{BufMut, Bytes, BytesMut};
use data_encoding::BASE64;

use super::super::frame::{self, Opcode};
use super::super::host::StepReport;
use super::Encoding;

/// First bytes of binary events.
mod kind {
    pub(super) const MESSAGE: u8 = 0x41;
    pub(super) const STEP: u8 = 0x42;
    pub(super) const WORLD: u8 = 0x43;
    pub(super) const STATS: u8 = 0x44;
    pub(super) const LAGGED: u8 = 0x45;
}

/// What the server says unasked.
#[derive(Debug, Clone, Copy)]
pub enum Event<'a> {
    /// An agent took a step (topic `agent/<number>`).
    Step(&'a StepReport),
    /// Where the first agents stand (topic `world`).
    World {
        /// Steps of the world so far.
        tick: u64,
        /// Cells in a row.
        width: u32,
        /// Rows.
        height: u32,
        /// Agents alive, which may be more than are shown.
        agents: u64,
        /// For each agent shown, in order of its number: row × width + column.
        cells: &'a [u16],
        /// For each cell, what may be observed there.
        colours: &'a [u8],
    },
    /// How busy the server is (topic `stats`).
    Stats {
        /// Messages received and delivered in the last second.
        messages_per_second: f64,
        /// Agent steps in the last second.
        steps_per_second: f64,
        /// Mean free energy over the agents stepped last, in nats.
        mean_free_energy: f64,
        /// WebSocket connections open.
        connections: u64,
        /// Agents alive.
        agents: u64,
    },
}

impl Event<'_> {
    /// The payload of one message.
    #[must_use]
    pub fn encode(&self, encoding: Encoding) -> Bytes {
        match encoding {
            Encoding::Json => Bytes::from(self.json()),
            Encoding::Binary => self.binary().freeze(),
        }
    }

    fn json(&self) -> String {
        let mut out = String::with_capacity(256);
        match self {
            Self::Step(report) => {
                out.push_str(r#"{"type":"step","#);
                step_fields(&mut out, report);
            }
            Self::World {
                tick,
                width,
                height,
                agents,
                cells,
                colours,
            } => {
                let _ = write!(
                    out,
                    r#"{{"type":"world","tick":{tick},"width":{width},"height":{height},"agents":{agents},"cells":"#
                );
                list(&mut out, cells.iter());
                out.push_str(r#","colours":"#);
                list(&mut out, colours.iter());
            }
            Self::Stats {
                messages_per_second,
                steps_per_second,
                mean_free_energy,
                connections,
                agents,
            } => {
                let _ = write!(
                    out,
                    r#"{{"type":"stats","messages_per_second":{messages_per_second:.1},"steps_per_second":{steps_per_second:.1},"mean_free_energy":{mean_free_energy:.4},"connections":{connections},"agents":{agents}"#
                );
            }
        }
        out.push('}');
        out
    }

    fn binary(&self) -> BytesMut {
        let mut out = BytesMut::with_capacity(64);
        match self {
            Self::Step(report) => {
                out.put_u8(kind::STEP);
                step_binary(&mut out, report);
            }
            Self::World {
                tick,
                width,
                height,
                agents,
                cells,
                colours,
            } => {
                out.put_u8(kind::WORLD);
                out.put_u64_le(*tick);
                out.put_u16_le(*width as u16);
                out.put_u16_le(*height as u16);
                out.put_u64_le(*agents);
                out.put_slice(colours);
                cells.iter().for_each(|cell| out.put_u16_le(*cell));
            }
            Self::Stats {
                messages_per_second,
                steps_per_second,
                mean_free_energy,
                connections,
                agents,
            } => {
                out.put_u8(kind::STATS);
                out.put_f64_le(*messages_per_second);
                out.put_f64_le(*steps_per_second);
                out.put_f64_le(*mean_free_energy);
                out.put_u64_le(*connections);
                out.put_u64_le(*agents);
            }
        }
        out
    }
}

/// The payload of an application's message to the subscribers of `topic`.
pub(in crate::gateway) fn message(
    encoding: Encoding,
    topic: &str,
    payload: &[u8],
    payload_encoding: Encoding,
    out: &mut Vec<u8>,
) {
    out.clear();
    match encoding {
        Encoding::Json => {
            out.extend_from_slice(br#"{"type":"message","topic":"#);
            out.extend_from_slice(quoted(topic).as_bytes());
            if payload_encoding == Encoding::Json {
                out.extend_from_slice(br#","payload":"#);
                out.extend_from_slice(payload);
                out.push(b'}');
            } else {
                out.extend_from_slice(br#","payload_base64":""#);
                out.extend_from_slice(BASE64.encode(payload).as_bytes());
                out.extend_from_slice(br#""}"#);
            }
        }
        Encoding::Binary => {
            out.push(kind::MESSAGE);
            out.push(topic.len() as u8);
            out.extend_from_slice(topic.as_bytes());
            out.extend_from_slice(payload);
        }
    }
}

/// One frame telling a client how many events it lost.
pub(in crate::gateway) fn lagged(encoding: Encoding, dropped: u64) -> Bytes {
    match encoding {
        Encoding::Json => frame::encode(
            Opcode::Text,
            format!(r#"{{"type":"lagged","dropped":{dropped}}}"#).as_bytes(),
        ),
        Encoding::Binary => {
            let mut payload = [kind::LAGGED; 9];
            payload[1..].copy_from_slice(&dropped.to_le_bytes());
            frame::encode(Opcode::Binary, &payload)
        }
    }
}

/// The first frame every client receives.
pub(in crate::gateway) fn welcome(connection: u64, agents: u64) -> Bytes {
    frame::encode(
        Opcode::Text,
        format!(
            r#"{{"type":"welcome","protocol":1,"server":"freeagentics/{}","connection":{connection},"agents":{agents}}}"#,
            env!("CARGO_PKG_VERSION")
        )
        .as_bytes(),
    )
}

pub(super) fn step_fields(out: &mut String, report: &StepReport) {
    let _ = write!(
        out,
        r#""agent":{},"tick":{},"observation":"#,
        report.agent, report.tick
    );
    list(out, report.observation.iter());
    out.push_str(r#","action":"#);
    list(out, report.action.iter());
    let _ = write!(out, r#","free_energy":{:.5}"#, report.free_energy);
    if let Some(position) = report.position {
        let _ = write!(out, r#","position":{position}"#);
    }
    out.push_str(r#","belief":["#);
    for (index, probability) in report.belief.iter().enumerate() {
        let comma = if index == 0 { "" } else { "," };
        if *probability < 0.00005 {
            let _ = write!(out, "{comma}0");
        } else {
            let _ = write!(out, "{comma}{probability:.4}");
        }
    }
    out.push(']');
}

pub(super) fn step_binary(out: &mut BytesMut, report: &StepReport) {
    out.put_u64_le(report.agent);
    out.put_u64_le(report.tick);
    out.put_f32_le(report.free_energy);
    out.put_u32_le(report.position.unwrap_or(u32::MAX));
    for indices in [&report.observation, &report.action] {
        out.put_u8(indices.len() as u8);
        indices.iter().for_each(|index| out.put_u32_le(*index));
    }
    out.put_u32_le(report.belief.len() as u32);
    report
        .belief
        .iter()
        .for_each(|probability| out.put_f32_le(*probability));
}

pub(super) fn list<T: Display>(out: &mut String, items: impl Iterator<Item = T>) {
    out.push('[');
    for (index, item) in items.enumerate() {
        let comma = if index == 0 { "" } else { "," };
        let _ = write!(out, "{comma}{item}");
    }
    out.push(']');
}

/// A JSON string.
pub(super) fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
