//! Since when something is worse or better, in words.

use fabench_gate::Since;
use fabench_record::Unit;

use crate::percent_change;

/// `slower since 4f2a91c, 12 days ago, +8.0 %`: cost, so that plus is always worse.
pub fn since(found: &Since, unit: &Unit) -> String {
    let word = change_word(found.ratio, unit);
    let at = match &found.commit {
        Some(commit) => short_commit(commit).to_owned(),
        None => format!("the run {}", found.run),
    };
    let ago = match found.days {
        0 => "today".to_owned(),
        1 => "1 day ago".to_owned(),
        days => format!("{days} days ago"),
    };
    format!("{word} since {at}, {ago}, {}", percent_change(found.ratio))
}

/// What a cost ratio means for a quantity of this unit.
pub fn change_word(ratio: f64, unit: &Unit) -> &'static str {
    match (unit, ratio > 1.0) {
        (Unit::Nanoseconds | Unit::PerSecond, true) => "slower",
        (Unit::Nanoseconds | Unit::PerSecond, false) => "faster",
        (Unit::Bytes, true) => "larger",
        (Unit::Bytes, false) => "smaller",
        (_, true) => "worse",
        (_, false) => "better",
    }
}

/// The first seven characters of a commit's hash.
pub fn short_commit(commit: &str) -> &str {
    commit
        .char_indices()
        .nth(7)
        .map_or(commit, |(end, _)| &commit[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_since_which_commit() {
        let mut found = Since {
            run: "20261113T080000Z-4f2a91c".into(),
            started_at: "2026-11-13T08:00:00Z".into(),
            days: 12,
            commit: Some("4f2a91c0d5e6f708192a3b4c5d6e7f8091a2b3c4".into()),
            ratio: 1.08,
            p_value: Some(0.005),
        };
        let said = since(&found, &Unit::Nanoseconds);
        assert_eq!(said, "slower since 4f2a91c, 12 days ago, +8.0 %");
        found.commit = None;
        found.days = 0;
        found.ratio = 0.9;
        let said = since(&found, &Unit::Bytes);
        assert_eq!(
            said,
            "smaller since the run 20261113T080000Z-4f2a91c, today, -10.0 %"
        );
    }
}
