//! The end of what a process printed, in bounded memory.

use super::printable::printable;

/// Most bytes that are kept of a stream.
const KEPT_BYTES: usize = 3 * 1024;

/// Keeps the last bytes of a stream.
#[derive(Debug, Default)]
pub(super) struct Tail {
    bytes: Vec<u8>,
    cut: bool,
}

impl Tail {
    pub(super) fn extend(&mut self, more: &[u8]) {
        self.bytes.extend_from_slice(more);
        // Cutting at twice the bound moves each byte once.
        if self.bytes.len() > 2 * KEPT_BYTES {
            self.bytes.drain(..self.bytes.len() - KEPT_BYTES);
            self.cut = true;
        }
    }

    /// The last lines, whole where possible.
    pub(super) fn text(&self) -> String {
        let from = self.bytes.len().saturating_sub(KEPT_BYTES);
        let mut kept = &self.bytes[from..];
        if (self.cut || from > 0)
            && let Some(end) = kept.iter().position(|byte| *byte == b'\n')
        {
            kept = &kept[end + 1..];
        }
        printable(String::from_utf8_lossy(kept).trim_end())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_the_last_whole_lines_of_a_flood() {
        let mut tail = Tail::default();
        for number in 0..100_000 {
            tail.extend(format!("line {number}\n").as_bytes());
            assert!(tail.bytes.len() <= 2 * KEPT_BYTES + 32);
        }
        let text = tail.text();
        assert!(text.ends_with("line 99999"));
        assert!(text.starts_with("line "), "{}", &text[..20]);
        assert!(text.len() <= KEPT_BYTES);
    }

    #[test]
    fn short_and_broken_texts_survive() {
        let mut tail = Tail::default();
        tail.extend(b"half a \xff line");
        assert_eq!(tail.text(), "half a \u{fffd} line");
    }
}
