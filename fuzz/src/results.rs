//! Results: other tools' in every format, as files and folders; our own, baselines and reports.

use fabench_gate::{Comparison, summarize};
use fabench_record::formats::{ALL, Document, Format, FormatError, Imported, named, recognise};
use fabench_record::{Baseline, Run};

use crate::{Parser, is_reason, seeds};

const FORMATS: &str = "crates/record/tests/data/formats";
const RUN: &str = "crates/record/tests/data/run_v1.json";
const BASELINE: &str = "crates/record/tests/data/baseline_v1.json";

/// Between the files of a folder; a file's first line is its path.
const FILE_END: char = '\u{c}';

pub(crate) fn parsers() -> Vec<Parser> {
    let fixtures = seeds::files(FORMATS);
    let of_format = |format: &dyn Format| {
        let same = |bytes: &&Vec<u8>| {
            let document = Document::new("x", bytes);
            document.is_ok_and(|document| format.recognises(&document))
        };
        fixtures
            .iter()
            .map(|(_, bytes)| bytes)
            .filter(same)
            .cloned()
            .collect::<Vec<_>>()
    };
    let mut parsers: Vec<Parser> = ALL
        .into_iter()
        .map(|format| {
            Parser::new(format.name(), of_format(format), |bytes| {
                as_format(format, bytes);
            })
        })
        .collect();
    let small = ALL
        .into_iter()
        .flat_map(of_format)
        .filter(|seed| seed.len() < 5_000)
        .collect();
    parsers.push(Parser::new("recognise", small, recognised));
    parsers.push(Parser::new("folders", folder_seeds(), folder));
    parsers.push(Parser::new("run", vec![seeds::file(RUN)], run));
    parsers.push(Parser::new(
        "baseline",
        vec![seeds::file(BASELINE)],
        baseline,
    ));
    parsers.push(Parser::new(
        "comparison",
        vec![comparison_seed()],
        comparison,
    ));
    parsers
}

fn as_format(format: &'static dyn Format, bytes: &[u8]) {
    let Some(document) = document(bytes) else {
        return;
    };
    let _ = format.recognises(&document);
    let read = accepted(format.read(&document));
    let one_by_one = accepted(
        format
            .runs(&document)
            .and_then(Iterator::collect::<Result<Vec<_>, _>>),
    );
    assert_eq!(read, one_by_one);
    can_be_saved(read);
}

fn recognised(bytes: &[u8]) {
    let Some(document) = document(bytes) else {
        return;
    };
    if let Some(format) = recognise(&document) {
        assert_eq!(named(format.name()).map(Format::name), Some(format.name()));
        can_be_saved(accepted(format.read(&document)));
    }
}

fn folder(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    for format in ALL {
        let Some(folder) = format.folder() else {
            continue;
        };
        let files = text
            .split(FILE_END)
            .filter_map(|file| file.split_once('\n'));
        let wanted = files.filter(|(name, _)| folder.wants(name));
        let documents: Vec<Document> = wanted
            .filter_map(|(name, text)| Document::new(name, text.as_bytes()).ok())
            .collect();
        if documents.is_empty() {
            continue;
        }
        let read = accepted(folder.read(&documents));
        let one_by_one = accepted(
            folder
                .runs(&documents)
                .and_then(Iterator::collect::<Result<Vec<_>, _>>),
        );
        assert_eq!(read, one_by_one);
        can_be_saved(read);
    }
}

fn folder_seeds() -> Vec<Vec<u8>> {
    let of_tool = |tool: &str| {
        let mut seed = String::new();
        for (name, bytes) in seeds::files(&format!("{FORMATS}/{tool}/folder")) {
            seed += &format!("{name}\n{}{FILE_END}", String::from_utf8_lossy(&bytes));
        }
        seed.into_bytes()
    };
    vec![of_tool("asv"), of_tool("criterion")]
}

fn document(bytes: &[u8]) -> Option<Document> {
    Document::new("some/file", bytes)
        .inspect_err(|error| is_reason(&error.to_string()))
        .ok()
}

fn accepted(read: Result<Vec<Imported>, FormatError>) -> Vec<Imported> {
    read.inspect_err(|error| is_reason(&error.to_string()))
        .unwrap_or_default()
}

fn can_be_saved(runs: Vec<Imported>) {
    for imported in runs {
        let saved = imported.into_run("an-id".into(), "2026-11-25T10:00:00Z".into());
        let bytes = serde_json::to_vec(&saved).expect("a run can be written");
        let read = Run::from_json(&bytes).expect("what was read can be saved");
        assert_eq!(read, saved);
        read.benchmarks
            .iter()
            .for_each(|benchmark| drop(summarize(benchmark)));
    }
}

fn run(bytes: &[u8]) {
    match Run::from_json(bytes) {
        Ok(run) => {
            let written = serde_json::to_vec(&run).expect("a run can be written");
            assert_eq!(
                Run::from_json(&written).expect("what was written is read"),
                run
            );
            run.benchmarks
                .iter()
                .for_each(|benchmark| drop(summarize(benchmark)));
        }
        Err(error) => is_reason(&error.to_string()),
    }
}

fn baseline(bytes: &[u8]) {
    match Baseline::from_json(bytes) {
        Ok(baseline) => {
            let written = serde_json::to_vec(&baseline).expect("a baseline can be written");
            assert_eq!(
                Baseline::from_json(&written).expect("what was written is read"),
                baseline
            );
        }
        Err(error) => is_reason(&error.to_string()),
    }
}

fn comparison(bytes: &[u8]) {
    match Comparison::from_json(bytes) {
        Ok(comparison) => {
            let written = serde_json::to_vec(&comparison).expect("a comparison can be written");
            assert_eq!(
                Comparison::from_json(&written).expect("what was written is read"),
                comparison
            );
        }
        Err(error) => is_reason(&error.to_string()),
    }
}

fn comparison_seed() -> Vec<u8> {
    let (baseline, candidate) = crate::tool::two_runs();
    serde_json::to_vec(&crate::tool::compared(&baseline, &candidate))
        .expect("a comparison can be written")
}
