//! The files of other tools that all tests read.

use std::fs;
use std::path::{Path, PathBuf};

use fabench_record::formats::{Document, Format, Imported, named, only, recognise};
use fabench_record::{Benchmark, BenchmarkId, Run};

/// Folder of the files.
pub(crate) fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/formats")
}

/// Files that are no results on their own.
const NO_RESULTS: [&str; 3] = ["README.md", "/benchmark.json", "/benchmarks.json"];

/// Every file, with the format that its folder or name says it has.
pub(crate) fn files() -> Vec<(String, Document)> {
    let mut found = Vec::new();
    collect(&folder(), &mut found);
    found.sort_by(|a, b| a.1.name().cmp(b.1.name()));
    assert!(!found.is_empty());
    found
}

fn collect(at: &Path, found: &mut Vec<(String, Document)>) {
    for entry in fs::read_dir(at).unwrap() {
        let path = entry.unwrap().path();
        let name = path.strip_prefix(folder()).unwrap().to_str().unwrap();
        if path.is_dir() {
            collect(&path, found);
        } else if !NO_RESULTS.iter().any(|end| name.ends_with(end)) {
            let format = fabench_record::formats::ALL
                .into_iter()
                .map(Format::name)
                .filter(|format| name.starts_with(format))
                .max_by_key(|format| format.len())
                .unwrap_or_else(|| panic!("{name} begins with no format's name"));
            found.push((format.to_owned(), document(name)));
        }
    }
}

/// Every file below `folder`.
pub(crate) fn collect_paths(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    let mut found: Vec<PathBuf> = paths
        .flat_map(|path| match path.is_dir() {
            true => collect_paths(&path),
            false => vec![path],
        })
        .collect();
    found.sort();
    found
}

/// One file by its name within the folder.
pub(crate) fn document(name: &str) -> Document {
    Document::new(name, &fs::read(folder().join(name)).unwrap()).unwrap()
}

/// The run that a file is about.
pub(crate) fn import(name: &str) -> Imported {
    let document = document(name);
    let runs = recognise(&document).unwrap().read(&document).unwrap();
    only(runs).unwrap_or_else(|count| panic!("{name} holds {count} runs"))
}

/// The only value of a metric in the first launch.
pub(crate) fn one_value(benchmark: &Benchmark, metric: &str) -> f64 {
    let values = benchmark.launches[0].values.get(metric);
    match values.map(Vec::as_slice) {
        Some([only]) => *only,
        other => panic!("{metric} of {} is {other:?}", benchmark.id),
    }
}

/// The runs that `text` holds in this format.
pub(crate) fn read(format: &str, text: &str) -> Result<Vec<Imported>, String> {
    Document::new("file", text.as_bytes())
        .and_then(|document| named(format).unwrap().read(&document))
        .map_err(|error| error.to_string())
}

pub(crate) fn benchmark<'a>(imported: &'a Imported, id: &str) -> &'a Benchmark {
    let ids: Vec<_> = imported
        .benchmarks
        .iter()
        .map(|one| one.id.as_str())
        .collect();
    imported
        .benchmarks
        .iter()
        .find(|one| one.id == BenchmarkId::new(id).unwrap())
        .unwrap_or_else(|| panic!("{id} is not among {ids:?}"))
}

/// The run that a command would save, read again.
pub(crate) fn as_saved(imported: Imported) -> Run {
    let run = imported.into_run("an-id".into(), "2026-11-25T10:00:00Z".into());
    let read = Run::from_json(&serde_json::to_vec(&run).unwrap()).unwrap();
    assert_eq!(read, run);
    read
}
