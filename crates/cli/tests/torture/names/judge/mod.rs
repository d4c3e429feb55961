//! What each form of output may hold.

pub(super) mod data;
pub(super) mod markdown;
pub(super) mod markup;
pub(super) mod openmetrics;
pub(super) mod terminal;

use anyhow::ensure;

/// Characters that are not seen and change what is seen.
fn is_unseen(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// No unseen character but line feeds and those that are `allowed`.
pub(super) fn visible(text: &str, allowed: &[char]) -> anyhow::Result<()> {
    for (number, line) in text.split('\n').enumerate() {
        let unseen = line
            .chars()
            .find(|it| is_unseen(*it) && !allowed.contains(it));
        ensure!(
            unseen.is_none(),
            "line {} holds {unseen:?}: {}",
            number + 1,
            line.escape_debug()
                .collect::<String>()
                .chars()
                .take(300)
                .collect::<String>()
        );
    }
    Ok(())
}
