//! Frames read, written and read again by the tests and by `fuzz/`. Invariant: what is read can be sent on, and says the
//! same.

use bytes::Bytes;

use super::frame::{HEADER, Header, Item, read, write};

/// A frame of any bytes; what comes before its first damaged item counts.
pub(crate) fn read_and_write(bytes: &[u8]) {
    let Some((header, items)) = read(&Bytes::copy_from_slice(bytes)) else {
        return;
    };
    let items: Vec<Item> = items.map_while(Result::ok).collect();
    let written = written(&header, &items);
    let (read_header, read_items) = read(&written).expect("what was written is a frame");
    assert_eq!(read_header, header);
    let read_items: Result<Vec<Item>, _> = read_items.collect();
    let read_items = read_items.expect("what was written has no damage");
    assert_eq!(read_items.len(), items.len());
    // Bytes, since a belief may hold numbers that are not equal to themselves.
    assert_eq!(self::written(&read_header, &read_items), written);
}

fn written(header: &Header, items: &[Item]) -> Bytes {
    let mut frame = vec![0; HEADER];
    header.write(&mut frame);
    items.iter().for_each(|item| write(item, &mut frame));
    frame.into()
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    /// A small number, or any: lengths are small in frames, and large in attacks.
    fn word() -> impl Strategy<Value = u32> {
        prop_oneof![4 => 0..6_u32, 1 => any::<u32>()]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4_000))]

        #[test]
        fn items_of_any_content_are_damaged_or_read_and_written(
            items in vec((0..8_u32, 0..8_u32, vec(word(), 0..16), prop::option::of(any::<u32>())), 0..4),
        ) {
            let mut frame = vec![0; HEADER];
            frame[0] = 1;
            for (kind, form, words, claimed) in items {
                let length = claimed.unwrap_or(words.len() as u32 * 4) & ((1 << 26) - 1);
                frame.extend_from_slice(&(length | (kind << 26) | (form << 29)).to_le_bytes());
                frame.extend(words.iter().flat_map(|word| word.to_le_bytes()));
            }
            read_and_write(&frame);
        }
    }
}
