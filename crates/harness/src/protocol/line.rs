//! Bytes in, whole lines out, within a bound: what a peer sends can never exhaust memory.

/// Longest line that either side accepts.
pub const MAX_LINE_BYTES: usize = 16 << 20;

/// Collects bytes until they make a line.
#[derive(Debug, Default)]
pub struct LineBuffer {
    bytes: Vec<u8>,
    /// Bytes before this hold no line feed.
    searched: usize,
}

/// More than [`MAX_LINE_BYTES`] without an end of line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a line of more than {MAX_LINE_BYTES} bytes")]
pub struct LineTooLong;

impl LineBuffer {
    /// Adds what was read.
    pub fn extend(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// Takes the next whole line, without its line feed.
    ///
    /// # Errors
    /// [`LineTooLong`] when the line in the making exceeds the bound.
    pub fn next_line(&mut self) -> Result<Option<Vec<u8>>, LineTooLong> {
        let found = self.bytes[self.searched..]
            .iter()
            .position(|byte| *byte == b'\n');
        let end = found.map_or(self.bytes.len(), |offset| self.searched + offset);
        if end > MAX_LINE_BYTES {
            return Err(LineTooLong);
        }
        if found.is_none() {
            self.searched = end;
            return Ok(None);
        }
        let rest = self.bytes.split_off(end + 1);
        let mut line = std::mem::replace(&mut self.bytes, rest);
        line.pop();
        self.searched = 0;
        Ok(Some(line))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// However the bytes are cut, the lines are the same.
        #[test]
        fn lines_do_not_depend_on_how_bytes_arrive(
            text in "[a-z\n]{0,200}",
            cuts in prop::collection::vec(1_usize..20, 1..20),
        ) {
            let mut buffer = LineBuffer::default();
            let mut lines = Vec::new();
            let mut rest = text.as_bytes();
            for cut in cuts.iter().cycle() {
                let (head, tail) = rest.split_at((*cut).min(rest.len()));
                buffer.extend(head);
                while let Some(line) = buffer.next_line().unwrap() {
                    lines.push(String::from_utf8(line).unwrap());
                }
                rest = tail;
                if rest.is_empty() {
                    break;
                }
            }
            let mut expected: Vec<_> = text.split('\n').map(str::to_owned).collect();
            expected.pop();
            prop_assert_eq!(lines, expected);
        }
    }

    #[test]
    fn a_line_without_end_is_refused_at_the_bound() {
        let mut buffer = LineBuffer::default();
        buffer.extend(&vec![b'x'; MAX_LINE_BYTES]);
        assert_eq!(buffer.next_line(), Ok(None));
        buffer.extend(b"x");
        assert_eq!(buffer.next_line(), Err(LineTooLong));
    }
}
