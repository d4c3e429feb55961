//! Reading records; every error names the file, the place in it and a remedy.

use std::fs::File;
use std::io::{ErrorKind, Read as _};
use std::path::Path;

use anyhow::{Context as _, bail};
use fabench_gate::Comparison;
use fabench_record::formats::{self, Document, FormatError};
use fabench_record::{Baseline, MAX_FILE_BYTES, RecordError, Run};
use serde::Deserialize;
use serde::de::IgnoredAny;

use super::foreign::Foreign;
use crate::arguments::Wanted;

/// Reads a result, our own or another tool's; `remedy` says how to make one where the file does not exist.
pub(crate) fn read_run(path: &Path, remedy: &str) -> anyhow::Result<Run> {
    if path.is_dir() {
        let shown = || format!("{} is not a usable result", path.display());
        return Foreign::folder(path, Wanted::Auto)?
            .only()
            .with_context(shown);
    }
    run_in(path, read(path, remedy)?)
}

/// The runs of a file or folder.
#[derive(Debug)]
pub(crate) enum Source {
    /// One of our own.
    Own(Box<Run>),
    /// Another tool's, of which histories hold many.
    Foreign(Foreign),
}

impl Source {
    /// Opens a file or folder.
    pub(crate) fn open(path: &Path, remedy: &str) -> anyhow::Result<Self> {
        if path.is_dir() {
            return Foreign::folder(path, Wanted::Auto).map(Self::Foreign);
        }
        let unusable = || format!("{} is not a usable result", path.display());
        sort_out(path, read(path, remedy)?).with_context(unusable)
    }

    /// Hands on each run, oldest first, after everything has been looked at.
    pub(crate) fn each(
        &self,
        mut hand_on: impl FnMut(&Run) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        match self {
            Self::Own(run) => hand_on(run),
            Self::Foreign(foreign) => foreign.runs()?.try_for_each(|run| hand_on(&run?)),
        }
    }
}

fn run_in(path: &Path, bytes: Vec<u8>) -> anyhow::Result<Run> {
    let unusable = || format!("{} is not a usable result", path.display());
    match sort_out(path, bytes).with_context(unusable)? {
        Source::Own(run) => Ok(*run),
        Source::Foreign(foreign) => foreign.only().with_context(unusable),
    }
}

/// Another tool's file if it is in a known format, else it should be ours.
fn sort_out(path: &Path, bytes: Vec<u8>) -> anyhow::Result<Source> {
    let document = match Document::owned(path.to_string_lossy(), bytes) {
        // It was to be a result of ours as much as another tool's.
        Err(FormatError::Empty) => return Err(RecordError::Empty.into()),
        document => document?,
    };
    Ok(match formats::recognise(&document) {
        Some(format) => Source::Foreign(Foreign::file(path, document, format)),
        None => Source::Own(Box::new(Run::from_json(document.text().as_bytes())?)),
    })
}

/// The accepted baseline, or values in the layout that came before it.
#[derive(Debug)]
pub(crate) enum Stored {
    /// Ours.
    Baseline(Box<Baseline>),
    /// Values by `category.name`, without a word on machine and method.
    Flat(Box<Run>),
}

/// Reads the baseline in its layout or the flat one, or `None` where there is none yet.
pub(crate) fn read_stored(path: &Path) -> anyhow::Result<Option<Stored>> {
    if !path.is_file() {
        return Ok(read_baseline(path)?.map(|baseline| Stored::Baseline(Box::new(baseline))));
    }
    let bytes = read(path, "")?;
    let shown = || format!("{} is not a usable baseline", path.display());
    let document = Document::owned(path.to_string_lossy(), bytes).with_context(shown)?;
    let format = formats::recognise(&document);
    if let Some(format) = format.filter(|format| format.name() == formats::FLAT_BASELINE) {
        let flat = Foreign::file(path, document, format);
        let run = flat.only().with_context(shown)?;
        return Ok(Some(Stored::Flat(Box::new(run))));
    }
    let baseline = Baseline::from_json(document.text().as_bytes()).with_context(shown)?;
    Ok(Some(Stored::Baseline(Box::new(baseline))))
}

/// Reads the baseline, or `None` where there is none yet.
pub(crate) fn read_baseline(path: &Path) -> anyhow::Result<Option<Baseline>> {
    if !path
        .try_exists()
        .with_context(|| format!("{} can't be looked at", path.display()))?
    {
        return Ok(None);
    }
    let bytes = read(path, "")?;
    let baseline = Baseline::from_json(&bytes)
        .with_context(|| format!("{} is not a usable baseline", path.display()))?;
    Ok(Some(baseline))
}

/// A file that a report can be made from.
#[derive(Debug)]
pub(crate) enum Finished {
    /// A result; also the accepted one of a baseline.
    Run(Box<Run>),
    /// A comparison.
    Comparison(Box<Comparison>),
}

/// Reads a result, a baseline or a comparison, whichever it is.
pub(crate) fn read_finished(path: &Path, remedy: &str) -> anyhow::Result<Finished> {
    /// What tells them apart; anything else is read as a result, whose errors name what is wrong.
    #[derive(Default, Deserialize)]
    struct Marks {
        overall: Option<IgnoredAny>,
        past_runs: Option<IgnoredAny>,
    }
    let bytes = read(path, remedy)?;
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    let marks: Marks = serde_json::from_slice(text).unwrap_or_default();
    let shown = path.display();
    if marks.overall.is_some() {
        let comparison = Comparison::from_json(&bytes).with_context(|| {
            format!("{shown} is not a usable comparison; `fabench check` and `fabench compare` write them")
        })?;
        return Ok(Finished::Comparison(Box::new(comparison)));
    }
    let run = if marks.past_runs.is_some() {
        let baseline = Baseline::from_json(&bytes);
        baseline
            .with_context(|| format!("{shown} is not a usable baseline"))?
            .run
    } else {
        run_in(path, bytes)?
    };
    Ok(Finished::Run(Box::new(run)))
}

pub(super) fn read(path: &Path, remedy: &str) -> anyhow::Result<Vec<u8>> {
    let shown = path.display();
    // Looked at before it is opened: opening a pipe would wait for a writer.
    let metadata = match path.metadata() {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == ErrorKind::NotFound => {
            bail!("{shown} does not exist; {remedy}")
        }
        Err(error) => {
            return Err(error)
                .with_context(|| format!("{shown} can't be read; check its permissions"));
        }
    };
    if metadata.is_dir() {
        bail!("{shown} is a folder; name a file in it");
    }
    if !metadata.is_file() {
        bail!("{shown} is no regular file; name a file");
    }
    if metadata.len() > MAX_FILE_BYTES {
        let error = RecordError::TooLarge {
            bytes: metadata.len(),
            limit: MAX_FILE_BYTES,
        };
        return Err(error).with_context(|| format!("{shown} is not a usable record"));
    }
    let file = File::open(path)
        .with_context(|| format!("{shown} can't be opened; check its permissions"))?;
    let mut bytes = Vec::with_capacity(usize::try_from(metadata.len()).unwrap_or_default());
    // A growing file has no honest length: the bound holds all the same.
    file.take(MAX_FILE_BYTES + 1)
        .read_to_end(&mut bytes)
        .with_context(|| format!("{shown} can't be read"))?;
    Ok(bytes)
}
