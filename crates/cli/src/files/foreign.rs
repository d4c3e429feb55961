//! Results that other tools wrote, as runs.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use fabench_gate::summarize;
use fabench_harness::command::documents_in;
use fabench_record::Run;
use fabench_record::formats::{self, Document, Format, FormatError, Imported, Moment, Runs};
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::names::run_id;
use super::read::read;
use crate::arguments::Wanted;

/// A file or folder that another tool wrote. Its text is in memory, its runs are made one by one.
#[derive(Debug)]
pub(crate) struct Foreign {
    path: PathBuf,
    format: &'static dyn Format,
    documents: Vec<Document>,
    is_folder: bool,
}

impl Foreign {
    /// Opens a file or folder; `remedy` says what to name where there is none.
    pub(crate) fn open(path: &Path, wanted: Wanted, remedy: &str) -> anyhow::Result<Self> {
        if path.is_dir() {
            return Self::folder(path, wanted);
        }
        let bytes = read(path, remedy)?;
        let recognise = |bytes| -> Result<Self, FormatError> {
            let document = Document::owned(path.to_string_lossy(), bytes)?;
            let format = match wanted {
                Wanted::Format(format) => format,
                Wanted::Auto => formats::recognise(&document).ok_or(FormatError::Unrecognised)?,
            };
            Ok(Self::file(path, document, format))
        };
        recognise(bytes).with_context(|| format!("{} can't be imported", path.display()))
    }

    /// A file that is in memory already.
    pub(super) fn file(path: &Path, document: Document, format: &'static dyn Format) -> Self {
        Self {
            path: path.to_owned(),
            format,
            documents: vec![document],
            is_folder: false,
        }
    }

    /// A folder is read by the first format that wants something in it.
    pub(super) fn folder(path: &Path, wanted: Wanted) -> anyhow::Result<Self> {
        let formats: Vec<&'static dyn Format> = match wanted {
            Wanted::Format(format) => vec![format],
            Wanted::Auto => formats::ALL.to_vec(),
        };
        for format in formats {
            let Some(folder) = format.folder() else {
                continue;
            };
            let documents = documents_in(path, &|name| folder.wants(name))?;
            if !documents.is_empty() {
                return Ok(Self {
                    path: path.to_owned(),
                    format,
                    documents,
                    is_folder: true,
                });
            }
        }
        // cargo-criterion's own folder, which no other program reads.
        let remedy = if path.join("data/main").is_dir() {
            "keep what `cargo criterion --message-format=json` prints and name that file"
        } else {
            "name a file in it"
        };
        bail!(
            "{} is a folder without results that are known; {remedy}",
            path.display()
        )
    }

    /// Its runs, oldest first. What is wrong anywhere in it is told here, before the first one.
    pub(crate) fn runs(&self) -> anyhow::Result<impl Iterator<Item = anyhow::Result<Run>> + '_> {
        let shown = || format!("{} can't be imported", self.path.display());
        let runs = self.imported().with_context(shown)?;
        Ok(runs.map(move |run| run.map(into_run).with_context(shown)))
    }

    /// The only run in it.
    pub(super) fn only(&self) -> anyhow::Result<Run> {
        let mut wrong = None;
        let runs = self.imported()?;
        let runs = runs.map_while(|run| run.map_err(|error| wrong = Some(error)).ok());
        let found = formats::only(runs);
        if let Some(error) = wrong {
            return Err(error.into());
        }
        match found {
            Ok(run) => Ok(into_run(run)),
            Err(count) => {
                bail!("it holds {count} runs; take them over with `fabench import` first")
            }
        }
    }

    fn imported(&self) -> Result<Runs<'_>, FormatError> {
        match (self.format.folder(), self.documents.as_slice()) {
            (Some(folder), documents) if self.is_folder => folder.runs(documents),
            (_, [document]) => self.format.runs(document),
            _ => Err(FormatError::Empty),
        }
    }
}

/// Named like a run of our own. A file that does not tell its time was measured now, for all that is known.
fn into_run(imported: Imported) -> Run {
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
