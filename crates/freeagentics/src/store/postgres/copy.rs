//! PostgreSQL's binary COPY format, written by hand into few large buffers.
//!
//! Source: PostgreSQL manual, "COPY", section "Binary Format": a header, then for each row a count of fields
//! and each field with its length, all big-endian, then the count -1.

use bytes::{BufMut, Bytes, BytesMut};

use crate::store::AgentRecord;

const HEADER: &[u8] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";
/// What travels in one piece: large enough that the cost of a message does not count, small enough to be
/// sent while the next is being filled.
const PIECE: usize = 128 * 1024;

/// The rows of `agents` as (id, model, step, belief), in pieces.
pub(super) fn pieces(agents: &[AgentRecord]) -> impl Iterator<Item = Bytes> {
    let mut rows = agents.iter();
    let mut first = true;
    let mut last = false;
    std::iter::from_fn(move || {
        if last {
            return None;
        }
        let mut piece = BytesMut::with_capacity(PIECE + PIECE / 4);
        if first {
            piece.put_slice(HEADER);
            first = false;
        }
        while piece.len() < PIECE {
            let Some(agent) = rows.next() else {
                piece.put_i16(-1);
                last = true;
                break;
            };
            put_row(&mut piece, agent);
        }
        Some(piece.freeze())
    })
}

fn put_row(piece: &mut BytesMut, agent: &AgentRecord) {
    piece.put_i16(4);
    piece.put_i32(8);
    piece.put_i64(agent.id as i64);
    piece.put_i32(32);
    piece.put_slice(agent.model.as_bytes());
    piece.put_i32(8);
    piece.put_i64(agent.step as i64);
    // The server refuses fields past 1 GB, long before this could overflow.
    piece.put_i32(agent.belief.len() as i32);
    piece.put_slice(&agent.belief);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::ModelId;

    #[test]
    fn one_header_all_rows_one_end() {
        for count in [0_u64, 1, 3_000] {
            let agents: Vec<AgentRecord> = (0..count)
                .map(|id| AgentRecord {
                    id,
                    model: ModelId::of(b"m"),
                    step: 1,
                    belief: vec![7; 100],
                })
                .collect();
            let all: Vec<u8> = pieces(&agents).flatten().collect();
            assert_eq!(all.len(), 19 + agents.len() * (2 + 12 + 36 + 12 + 104) + 2);
            assert!(all.starts_with(HEADER));
            assert!(all.ends_with(&[0xff, 0xff]));
        }
    }
}
