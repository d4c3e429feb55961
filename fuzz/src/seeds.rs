//! What fuzzing begins with: the fixtures of the tests, and the words in them.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use crate::Parser;

/// Longest word of the dictionary, and most words.
const LONGEST: usize = 40;
const MOST: usize = 400;

/// What breaks numbers, texts and structure.
const PIECES: [&str; 23] = [
    "null",
    "true",
    "-1",
    "1e999",
    "1e308",
    "5e-324",
    "-0.0",
    "NaN",
    "Infinity",
    "18446744073709551615",
    "18446744073709551616",
    "9223372036854775807",
    "4294967296",
    "{}",
    "[]",
    "\\ud800",
    "\\u0000",
    "\u{feff}",
    "\u{1b}[",
    "<![CDATA[",
    "&#0;",
    "\r\n",
    "µ",
];

/// The file at `path` in the repository.
pub(crate) fn file(path: &str) -> Vec<u8> {
    let path = root().join(path);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// All files below `folder`, their paths within it.
pub(crate) fn files(folder: &str) -> Vec<(String, Vec<u8>)> {
    let top = root().join(folder);
    let mut found = Vec::new();
    collect(&top, &top, &mut found);
    found.sort();
    found
}

fn collect(top: &Path, folder: &Path, found: &mut Vec<(String, Vec<u8>)>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(top, &path, found);
        } else if let (Ok(name), Ok(bytes)) = (path.strip_prefix(top), std::fs::read(&path)) {
            found.push((name.to_string_lossy().into_owned(), bytes));
        }
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Writes the parser's seeds into `folder`, and the words in them into a file beside it.
///
/// # Errors
/// If that can't be written.
pub fn write(parser: &Parser, folder: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)?;
    for (number, seed) in parser.seeds.iter().enumerate() {
        std::fs::write(folder.join(format!("seed-{number}")), seed)?;
    }
    let mut dictionary = std::fs::File::create(folder.with_extension("words"))?;
    for word in words(&parser.seeds) {
        let written: String = word.bytes().map(|byte| format!("\\x{byte:02x}")).collect();
        writeln!(dictionary, "\"{written}\"")?;
    }
    Ok(())
}

/// What to put into damaged seeds: the words that stand there, and what breaks numbers, texts and structure.
pub fn words(seeds: &[Vec<u8>]) -> BTreeSet<String> {
    let mut words: BTreeSet<String> = PIECES.map(str::to_owned).into();
    for seed in seeds {
        let text = String::from_utf8_lossy(seed);
        let parts = text.split(|c: char| !c.is_ascii_alphanumeric() && !"_-/".contains(c));
        let wanted = parts.filter(|part| part.len() > 1 && part.len() < LONGEST);
        for part in wanted.filter(|part| !part.bytes().all(|byte| byte.is_ascii_digit())) {
            if words.len() < MOST {
                words.insert(part.to_owned());
            }
        }
    }
    words
}
