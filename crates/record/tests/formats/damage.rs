//! Damaged files: never a panic, and an error that says where.

use std::sync::LazyLock;

use fabench_record::formats::{ALL, Document, Format, FormatError, recognise};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;

use crate::support::{as_saved, collect_paths, files, folder, read};

static FILES: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    files()
        .into_iter()
        .map(|(_, document)| document.text().as_bytes().to_vec())
        .collect()
});

/// Every format reads the bytes; what one accepts can be saved.
fn read_by_all(bytes: &[u8]) {
    let document = match Document::new("some/file", bytes) {
        Ok(document) => document,
        Err(error) => {
            assert!(!error.to_string().is_empty());
            return;
        }
    };
    let _ = recognise(&document);
    for format in ALL {
        match format.read(&document) {
            Ok(runs) => runs.into_iter().for_each(|run| drop(as_saved(run))),
            Err(error) => {
                let text = error.to_string();
                assert!(
                    text.len() < 2_000 && !text.chars().any(char::is_control),
                    "{text}"
                );
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn arbitrary_bytes_are_refused_or_read(bytes in vec(any::<u8>(), 0..400)) {
        read_by_all(&bytes);
    }

    #[test]
    fn changed_and_cut_files_are_refused_or_read(
        file in any::<Index>(),
        edits in vec((any::<Index>(), prop::sample::select(vec!["-", "e999", "NaN", "null", "{}", "[]", "\"", ",", "0", "\n", "\u{0}", "µ", "Benchmark", "\\ud800", "1e308", "|", " ", "Infinity", "<"])), 0..6),
        cut in prop::option::of(any::<Index>()),
    ) {
        let mut bytes = FILES[file.index(FILES.len())].clone();
        for (at, text) in edits {
            let at = at.index(bytes.len());
            bytes.splice(at..(at + 1), text.bytes());
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        read_by_all(&bytes);
    }

    #[test]
    fn folders_with_damaged_and_missing_files_are_refused_or_read(
        tool in prop::sample::select(vec!["asv", "criterion"]),
        edits in vec((any::<Index>(), any::<Index>(), prop::sample::select(vec!["-", "e999", "null", "{}", "[]", "\"", ",", "0", "\n"])), 0..4),
        missing in prop::option::of(any::<Index>()),
    ) {
        let top = folder().join(tool).join("folder");
        let mut all: Vec<(String, Vec<u8>)> = collect_paths(&top)
            .into_iter()
            .map(|path| (path.strip_prefix(&top).unwrap().to_str().unwrap().to_owned(), std::fs::read(&path).unwrap()))
            .collect();
        for (file, at, text) in edits {
            let file = file.index(all.len());
            let bytes = &mut all[file].1;
            let at = at.index(bytes.len());
            bytes.splice(at..=at, text.bytes());
        }
        if let Some(missing) = missing {
            all.remove(missing.index(all.len()));
        }
        let documents: Vec<Document> = all.iter().map(|(name, bytes)| Document::new(name, bytes).unwrap()).collect();
        for folder in ALL.into_iter().filter_map(Format::folder) {
            match folder.read(&documents) {
                Ok(runs) => runs.into_iter().for_each(|run| drop(as_saved(run))),
                Err(error) => assert!(!error.to_string().is_empty()),
            }
        }
    }
}

#[test]
fn a_cut_file_is_told_from_a_wrong_one() {
    for (format, document) in files() {
        let text = document.text();
        if !text.trim_start().starts_with(['{', '[']) {
            continue;
        }
        let half = text[..text.len() / 2].to_owned();
        let error = read(&format, &half).unwrap_err();
        assert!(
            error.contains("line ") && error.contains(&format),
            "{}: {error}",
            document.name()
        );
    }
}

#[test]
fn numbers_that_are_none_are_named_with_their_path() {
    let pytest = |number: &str| {
        let text = format!(
            r#"{{"machine_info": {{}}, "benchmarks": [{{"name": "a", "stats": {{"mean": 1, "data": [0.5, {number}]}}}}]}}"#
        );
        read("pytest-benchmark", &text).unwrap_err()
    };
    assert!(
        pytest("\"0.5\"").contains("`benchmarks[0].stats.data[1]`"),
        "{}",
        pytest("\"0.5\"")
    );
    assert!(
        pytest("-1").contains("benchmarks[0].stats.data[1]: -1"),
        "{}",
        pytest("-1")
    );
    for number in ["NaN", "Infinity", "1e999"] {
        assert!(
            pytest(number).contains("line 1, column"),
            "{}",
            pytest(number)
        );
    }
    let go = |line: &str| read("go", &format!("pkg: a\n{line}\n")).unwrap_err();
    assert!(go("BenchmarkA 10 x ns/op").contains("line 2: `x` is no number"));
    assert!(go("BenchmarkA 10 inf ns/op").contains("line 2"));
    assert!(go("BenchmarkA 10 5").contains("has no unit"));
    assert!(go("BenchmarkA 10 5 ns/op\nBenchmarkA 10 -5 ns/op").contains("line 3"));
}

#[test]
fn what_is_no_result_says_what_was_expected() {
    let document = Document::new("x", b"hello").unwrap();
    assert!(recognise(&document).is_none());
    let text = FormatError::Unrecognised.to_string();
    for format in ALL {
        assert!(text.contains(format.name()));
        let error = format.read(&document).unwrap_err().to_string();
        assert!(error.contains(format.name()), "{error}");
    }
    assert!(read("go", "PASS").unwrap_err().contains("go test -bench"));
}

#[test]
fn what_is_too_large_is_refused_before_it_is_looked_at() {
    let bytes = vec![b' '; usize::try_from(Document::MAX_BYTES).unwrap() + 1];
    let error = Document::owned("x", bytes).unwrap_err();
    assert!(matches!(error, FormatError::TooLarge { .. }), "{error}");
}
