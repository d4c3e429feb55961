//! Configurations of any content: a place and a reason, or a configuration; never a panic.

use std::path::Path;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::Config;

const WHOLE: &str = include_str!("../../tests/fixtures/whole.toml");

/// What is put into it.
const PIECES: [&str; 18] = [
    "\"", "\n", "=", "[", "]]", "{", ".", ",", "-", "0", "1e999", "nan", "inf", "true", "%", "'''",
    "\\u{0}", "µ",
];

fn read(text: &str) -> Result<Config, String> {
    let path = Path::new("project/fabench.toml");
    Config::read(text, path, Path::new("/home")).map_err(|error| format!("{error:#}"))
}

fn refused_or_read(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    match read(text) {
        Ok(config) => assert_eq!(config.root, Path::new("/home/project")),
        Err(said) => assert!(said.contains("line "), "{said}"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn damaged_text_is_refused_with_its_place_or_read(
        edits in vec((any::<Index>(), select(&PIECES[..]), 0..12_usize), 1..4),
        cut in prop::option::weighted(0.2, any::<Index>()),
    ) {
        let mut bytes = WHOLE.as_bytes().to_vec();
        for (at, piece, removed) in edits {
            let at = at.index(bytes.len());
            let end = bytes.len().min(at + removed);
            bytes.splice(at..end, piece.bytes());
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        refused_or_read(&bytes);
    }

    /// The text keeps its shape; a value is of another kind or size.
    #[test]
    fn replaced_values_are_refused_with_their_place_or_read(
        line in any::<Index>(),
        value in select(vec![
            "\"\"", "\"-1 %\"", "\"1e999 ms\"", "\"NaN %\"", "[]", "{}", "0", "-1", "1e308", "nan", "-inf", "true", "9223372036854775807",
            "\"18446744073709551616 GiB\"", "2026-12-31", "\"2026-02-30\"", "\"\\u0000\"", "[\"\"]", "\"ftp://x\"",
        ]),
    ) {
        let keys: Vec<usize> = (0..).zip(WHOLE.lines()).filter(|(_, line)| line.contains(" = ")).map(|(at, _)| at).collect();
        let changed = keys[line.index(keys.len())];
        let text: Vec<String> = (0..).zip(WHOLE.lines()).map(|(at, line)| match line.split_once(" = ") {
            Some((key, _)) if at == changed => format!("{key} = {value}"),
            _ => line.to_owned(),
        }).collect();
        refused_or_read(text.join("\n").as_bytes());
    }
}

#[test]
fn the_whole_configuration_is_read() {
    let config = read(WHOLE).unwrap();
    assert_eq!((config.goals.len(), config.policy.mutes.len()), (2, 1));
    assert_eq!(config.history.retention_days, 90);
}

#[test]
fn what_is_nested_without_end_is_refused() {
    for opening in [
        "a = ".to_owned() + &"[".repeat(100_000),
        "a = ".to_owned() + &"{a=".repeat(100_000),
        "[".to_owned() + &"a.".repeat(100_000),
    ] {
        assert!(read(&opening).is_err());
    }
}
