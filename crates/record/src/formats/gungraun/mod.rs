//! gungraun, formerly iai-callgrind: summaries in JSON of all versions, one or many, also between cargo's text; the folder
//! they are saved in; and what the console shows.
//!
//! `instructions` (`Ir`) comes first; the other events keep their names. Events of another tool than Callgrind begin with its name:
//! `dhat.TotalBytes`. Counts are exact. Hit rates are better higher, everything else lower. A file that also tells the
//! values it was compared with yields two runs: those first, as a run that is only a reference, then the new ones. A
//! benchmark is named `file/group::function id`.

mod console;
mod summary;

use super::collection::Collection;
use super::{Document, FolderFormat, Format, FormatError, Imported, names};
use crate::{BenchmarkId, Direction, Metric, Unit};

/// See the module.
#[derive(Debug)]
pub(super) struct Gungraun;

/// The metric that is judged wherever it is there.
const INSTRUCTIONS: &str = "instructions";

impl Format for Gungraun {
    fn name(&self) -> &'static str {
        "gungraun"
    }

    fn made_by(&self) -> &'static str {
        "cargo bench -- --output-format=json, with gungraun or iai-callgrind"
    }

    fn recognises(&self, document: &Document) -> bool {
        summary::recognises(document) || console::recognises(document)
    }

    fn read(&self, document: &Document) -> Result<Vec<Imported>, FormatError> {
        let mut both = Both::new();
        if summary::recognises(document) {
            summary::read(&mut both, document)?;
        } else {
            console::read(&mut both, document)?;
        }
        both.finish()
    }

    fn folder(&self) -> Option<&dyn FolderFormat> {
        Some(self)
    }
}

impl FolderFormat for Gungraun {
    fn wants(&self, path: &str) -> bool {
        path.rsplit('/').next() == Some("summary.json")
    }

    fn read(&self, documents: &[Document]) -> Result<Vec<Imported>, FormatError> {
        let mut both = Both::new();
        for document in documents {
            summary::read(&mut both, document).map_err(|error| error.in_file(document.name()))?;
        }
        both.finish()
    }
}

/// The run, and the one that it was compared with.
struct Both {
    new: Collection,
    base: Collection,
    version: Option<String>,
}

impl Both {
    fn new() -> Self {
        Self {
            new: Collection::new(&Gungraun),
            base: Collection::new(&Gungraun),
            version: None,
        }
    }

    /// A benchmark, which is in neither run before it has a value there.
    fn entry(&self, path: &str, own: Option<&str>) -> Entry {
        let id = id(path, own);
        let shown = match own {
            Some(own) => format!("{path} {own}"),
            None => path.to_owned(),
        };
        Entry {
            id,
            new: None,
            base: None,
            shown,
        }
    }

    /// Adds one event.
    fn event(
        &mut self,
        entry: &mut Entry,
        name: &str,
        values: [Option<f64>; 2],
        place: &str,
    ) -> Result<(), FormatError> {
        let [new, base] = values;
        let sides = [
            (&mut self.new, &mut entry.new, new),
            (&mut self.base, &mut entry.base, base),
        ];
        for (collection, number, value) in sides {
            let Some(value) = value else { continue };
            let number = *number.get_or_insert_with(|| collection.add(&entry.id, &entry.shown));
            collection.values((number, 0), metric(name), &[value], |_| place.to_owned())?;
        }
        Ok(())
    }

    fn finish(self) -> Result<Vec<Imported>, FormatError> {
        let mut runs = Vec::new();
        if let Ok(benchmarks) = self.base.finish() {
            let mut base = Imported::new(&Gungraun, benchmarks);
            base.reference = true;
            runs.push(base);
        }
        let new = self.new.finish();
        if runs.is_empty() || new.is_ok() {
            runs.push(Imported::new(&Gungraun, new?));
        }
        for run in &mut runs {
            run.tool_version.clone_from(&self.version);
            // Another tool's events may stand first.
            for benchmark in &mut run.benchmarks {
                if benchmark.metric(INSTRUCTIONS).is_some() {
                    benchmark.primary = INSTRUCTIONS.to_owned();
                }
            }
        }
        Ok(runs)
    }
}

/// A benchmark that is being added: its numbers once it has a value.
struct Entry {
    id: BenchmarkId,
    shown: String,
    new: Option<usize>,
    base: Option<usize>,
}

/// `file::group::function` and its own id.
fn id(path: &str, own: Option<&str>) -> BenchmarkId {
    let (file, rest) = path.split_once("::").unwrap_or(("gungraun", path));
    match own {
        Some(own) => names::id(&[file, &format!("{rest} {own}")]),
        None => names::id(&[file, rest]),
    }
}

/// The metric of an event.
fn metric(event: &str) -> Metric {
    let own = event.rsplit('.').next().unwrap_or(event);
    let direction = if own.ends_with("HitRate") {
        Direction::HigherIsBetter
    } else {
        Direction::LowerIsBetter
    };
    let unit = match own {
        rate if rate.ends_with("Rate") => Unit::Other("%".into()),
        bytes if bytes.ends_with("Bytes") => Unit::Bytes,
        _ => Unit::Count,
    };
    let name = if event == "Ir" { INSTRUCTIONS } else { event };
    let exact = unit != Unit::Other("%".into());
    Metric {
        exact,
        ..Metric::value(name, unit, direction)
    }
}
