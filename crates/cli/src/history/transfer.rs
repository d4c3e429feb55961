//! `fabench history export` and `import`: one file that carries a history, and results read in.

use std::fs::File;
use std::io::{BufRead as _, BufReader, BufWriter, Write as _};
use std::path::Path;

use anyhow::Context as _;
use fabench_history::{Appended, History, Imported, begins_export, check_export};

use super::print_json;
use crate::arguments::{ExportArguments, OutputFormat, ReadInArguments};
use crate::config::Config;
use crate::exit::Exit;
use crate::files::{Source, write_with};
use crate::past;
use crate::screen::Screen;

/// Longest first line that is looked at to tell a history from a result.
const FIRST_LINE: u64 = 4096;

pub(super) fn export(
    history: &mut History,
    arguments: &ExportArguments,
    format: OutputFormat,
    screen: &Screen,
) -> anyhow::Result<Exit> {
    let Some(path) = &arguments.file else {
        let mut text = Vec::new();
        history.export(&mut text)?;
        screen.print(&String::from_utf8_lossy(&text));
        return Ok(Exit::Pass);
    };
    let mut exported = None;
    write_with(path, &mut |file| {
        let mut out = BufWriter::new(file);
        exported = Some(history.export(&mut out)?);
        out.flush()?;
        Ok(())
    })?;
    let exported = exported.unwrap_or_default();
    if exported.left_out > 0 {
        screen.warn(&format!(
            "{} runs of an old fabench have no measurements and are not in the file",
            exported.left_out
        ));
    }
    if format == OutputFormat::Json {
        print_json(&exported, screen)?;
    } else {
        screen.print(&format!(
            "{} runs and {} comparisons written to {}\n",
            exported.runs,
            exported.comparisons,
            path.display()
        ));
    }
    Ok(Exit::Pass)
}

pub(super) fn import(
    config: &Config,
    arguments: &ReadInArguments,
    format: OutputFormat,
    screen: &Screen,
) -> anyhow::Result<Exit> {
    // All files are looked through before any is read in.
    for path in &arguments.files {
        check(path)?;
    }
    let mut history = past::open(config)?;
    let mut all = Imported::default();
    for path in &arguments.files {
        let one = read_in(&mut history, path)?;
        all.runs += one.runs;
        all.known += one.known;
        all.renamed += one.renamed;
        all.comparisons += one.comparisons;
    }
    if format == OutputFormat::Json {
        print_json(&all, screen)?;
    } else {
        screen.print(&format!(
            "{} runs and {} comparisons added to {}; {} runs were known{}\n",
            all.runs,
            all.comparisons,
            history.place(),
            all.known,
            if all.renamed > 0 {
                format!(
                    "; {} were given a number, since another run has their id",
                    all.renamed
                )
            } else {
                String::new()
            }
        ));
    }
    Ok(Exit::Pass)
}

fn check(path: &Path) -> anyhow::Result<()> {
    if is_export(path)? {
        check_export(&mut open(path)?)
            .with_context(|| format!("{} can't be imported", path.display()))
    } else {
        results(path)?.each(|_| Ok(()))
    }
}

fn read_in(history: &mut History, path: &Path) -> anyhow::Result<Imported> {
    if is_export(path)? {
        return history
            .import(&mut open(path)?)
            .with_context(|| format!("{} can't be imported", path.display()));
    }
    let mut all = Imported::default();
    results(path)?.each(|run| {
        match history.append(run)? {
            Appended::Known => all.known += 1,
            Appended::RecordedAs(_) => {
                all.runs += 1;
                all.renamed += 1;
            }
            _ => all.runs += 1,
        }
        Ok(())
    })?;
    Ok(all)
}

fn results(path: &Path) -> anyhow::Result<Source> {
    Source::open(
        path,
        "name a file of `fabench history export`, a result of `fabench run`, or another tool's file",
    )
}

fn is_export(path: &Path) -> anyhow::Result<bool> {
    use std::io::Read as _;
    if !path.is_file() {
        return Ok(false);
    }
    let mut line = Vec::new();
    open(path)?
        .take(FIRST_LINE)
        .read_until(b'\n', &mut line)
        .with_context(|| format!("{} can't be read", path.display()))?;
    Ok(begins_export(&line))
}

fn open(path: &Path) -> anyhow::Result<BufReader<File>> {
    let file = File::open(path)
        .with_context(|| format!("{} can't be opened; check its permissions", path.display()))?;
    Ok(BufReader::new(file))
}
