//! Reading records; every error names the file, the place in it and a remedy.

use std::fs::File;
use std::io::{ErrorKind, Read as _};
use std::path::Path;

use anyhow::{Context as _, bail};
use fabench_gate::Comparison;
use fabench_record::formats::{self, Document};
use fabench_record::{Baseline, MAX_FILE_BYTES, RecordError, Run};
use serde::Deserialize;
use serde::de::IgnoredAny;

use super::foreign::{into_run, only, read_folder, recognised};
use crate::arguments::Wanted;

/// Reads a result, our own or another tool's; `remedy` says how to make one where the file does not exist.
pub(crate) fn read_run(path: &Path, remedy: &str) -> anyhow::Result<Run> {
    if path.is_dir() {
        let shown = || format!("{} is not a usable result", path.display());
        return only(read_folder(path, Wanted::Auto)?).with_context(shown);
    }
    run_in(path, &read(path, remedy)?)
}

/// Reads all runs of a file or folder: histories of other tools hold many.
pub(crate) fn read_runs(path: &Path, remedy: &str) -> anyhow::Result<Vec<Run>> {
    let imported = if path.is_dir() {
        read_folder(path, Wanted::Auto)?
    } else {
        let bytes = read(path, remedy)?;
        let unusable = || format!("{} is not a usable result", path.display());
        match recognised(path, &bytes).with_context(unusable)? {
            Some(imported) => imported,
            None => return Ok(vec![Run::from_json(&bytes).with_context(unusable)?]),
        }
    };
    Ok(imported.into_iter().map(into_run).collect())
}

fn run_in(path: &Path, bytes: &[u8]) -> anyhow::Result<Run> {
    let unusable = || format!("{} is not a usable result", path.display());
    match recognised(path, bytes).with_context(unusable)? {
        Some(imported) => only(imported).with_context(unusable),
        None => Run::from_json(bytes).with_context(unusable),
    }
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
    let document = Document::new(path.to_string_lossy(), &bytes).ok();
    let is_flat = document
        .and_then(|document| formats::recognise(&document))
        .is_some_and(|format| format.name() == formats::FLAT_BASELINE);
    if is_flat {
        let run = run_in(path, &bytes).with_context(shown)?;
        return Ok(Some(Stored::Flat(Box::new(run))));
    }
    let baseline = Baseline::from_json(&bytes).with_context(shown)?;
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
        run_in(path, &bytes)?
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
