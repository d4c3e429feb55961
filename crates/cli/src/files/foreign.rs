//! Results that other tools wrote, as runs.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, bail};
use fabench_gate::summarize;
use fabench_record::Run;
use fabench_record::formats::{self, Document, Format, FormatError, Imported, Moment};
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::names::run_id;
use super::read::read;
use crate::arguments::Wanted;

/// Deepest folder that is looked at: criterion's are five deep.
const DEEPEST: usize = 12;

/// Reads every run in a file or folder.
pub(crate) fn read_foreign(path: &Path, wanted: Wanted) -> anyhow::Result<Vec<Run>> {
    let shown = path.display();
    let imported = if path.is_dir() {
        read_folder(path, wanted)?
    } else {
        let bytes = read(path, "name a file that a benchmark tool wrote")?;
        read_bytes(path, bytes, wanted).with_context(|| format!("{shown} can't be imported"))?
    };
    Ok(imported.into_iter().map(into_run).collect())
}

/// The run that a file or folder in a foreign format is about.
pub(super) fn only(imported: Vec<Imported>) -> anyhow::Result<Run> {
    match formats::only(imported) {
        Ok(run) => Ok(into_run(run)),
        Err(count) => bail!("it holds {count} runs; take them over with `fabench import` first"),
    }
}

/// The runs in bytes that are in a foreign format; `None` where they are in none.
pub(super) fn recognised(path: &Path, bytes: &[u8]) -> anyhow::Result<Option<Vec<Imported>>> {
    let Ok(document) = Document::new(path.to_string_lossy(), bytes) else {
        return Ok(None);
    };
    let Some(format) = formats::recognise(&document) else {
        return Ok(None);
    };
    Ok(Some(format.read(&document)?))
}

fn read_bytes(path: &Path, bytes: Vec<u8>, wanted: Wanted) -> Result<Vec<Imported>, FormatError> {
    let document = Document::owned(path.to_string_lossy(), bytes)?;
    let format = match wanted {
        Wanted::Format(format) => format,
        Wanted::Auto => formats::recognise(&document).ok_or(FormatError::Unrecognised)?,
    };
    format.read(&document)
}

/// A folder is read by the first format that wants something in it.
pub(crate) fn read_folder(path: &Path, wanted: Wanted) -> anyhow::Result<Vec<Imported>> {
    let shown = path.display();
    let formats: Vec<&dyn Format> = match wanted {
        Wanted::Format(format) => vec![format],
        Wanted::Auto => formats::ALL.to_vec(),
    };
    for format in formats {
        let Some(folder) = format.folder() else {
            continue;
        };
        let mut documents = Vec::new();
        gather(path, "", 0, &|name| folder.wants(name), &mut documents)?;
        if !documents.is_empty() {
            return folder
                .read(&documents)
                .with_context(|| format!("{shown} can't be imported"));
        }
    }
    bail!("{shown} is a folder without results that are known; name a file in it")
}

fn gather(
    folder: &Path,
    below: &str,
    depth: usize,
    wants: &dyn Fn(&str) -> bool,
    found: &mut Vec<Document>,
) -> anyhow::Result<()> {
    let entries = fs::read_dir(folder)
        .with_context(|| format!("{} can't be read; check its permissions", folder.display()))?;
    for entry in entries {
        let path = entry?.path();
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else {
            continue;
        };
        let name = if below.is_empty() {
            name.to_owned()
        } else {
            format!("{below}/{name}")
        };
        if path.is_dir() && !path.is_symlink() && depth < DEEPEST {
            gather(&path, &name, depth + 1, wants, found)?;
        } else if path.is_file() && wants(&name) {
            let bytes = read(&path, "")?;
            let document = Document::owned(name, bytes)
                .with_context(|| format!("{} can't be imported", path.display()))?;
            found.push(document);
        }
    }
    Ok(())
}

/// Named like a run of our own. A file that does not tell its time was measured now, for all that is known.
pub(super) fn into_run(imported: Imported) -> Run {
    let started = imported
        .started_at
        .as_ref()
        .and_then(point_in_time)
        .unwrap_or_else(Timestamp::now);
    let id = run_id(started, &imported.source);
    let mut run = imported.into_run(id, started.to_string());
    for benchmark in &mut run.benchmarks {
        benchmark.summary = summarize(benchmark);
    }
    run
}

/// Without a time zone it is taken as UTC.
fn point_in_time(moment: &Moment) -> Option<Timestamp> {
    match moment {
        Moment::UnixMs(milliseconds) => Timestamp::from_millisecond(*milliseconds).ok(),
        Moment::Written(text) => text.parse().ok().or_else(|| {
            let civil: DateTime = text.parse().ok()?;
            Some(civil.to_zoned(TimeZone::UTC).ok()?.timestamp())
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_with_and_without_a_zone() {
        let read =
            |text: &str| point_in_time(&Moment::Written(text.into())).map(|time| time.to_string());
        assert_eq!(
            read("2026-11-25T10:18:26.5+00:00").as_deref(),
            Some("2026-11-25T10:18:26.5Z")
        );
        assert_eq!(
            read("2015-03-04T12:00:00.25").as_deref(),
            Some("2015-03-04T12:00:00.25Z")
        );
        assert_eq!(read("yesterday"), None);
        assert_eq!(
            point_in_time(&Moment::UnixMs(0))
                .map(|time| time.to_string())
                .as_deref(),
            Some("1970-01-01T00:00:00Z")
        );
    }
}
