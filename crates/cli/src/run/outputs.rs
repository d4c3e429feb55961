//! Where a run is written: `results/<id>.json`, a copy as `results/latest.json`, and what was asked for.

use std::path::PathBuf;

use fabench_record::Run;

use crate::arguments::RunArguments;
use crate::config::Config;
use crate::exit::UsageError;
use crate::files::{valid_save_name, write_json};

/// The files that a run will be written to, checked before anything is measured.
#[derive(Debug)]
pub(crate) struct Outputs {
    folder: PathBuf,
    others: Vec<PathBuf>,
}

impl Outputs {
    /// Checks the names that were typed: a run of minutes must not end in a refused file name.
    pub(crate) fn new(config: &Config, arguments: &RunArguments) -> Result<Self, UsageError> {
        let folder = config.results();
        let mut others: Vec<PathBuf> = arguments.json.iter().cloned().collect();
        if let Some(name) = &arguments.save {
            if !valid_save_name(name) {
                return Err(UsageError(format!(
                    "`{}` can't be the name of a saved result; use letters, digits, `.`, `_` and `-`, for example before-cache",
                    name.escape_debug()
                )));
            }
            let path = folder.join(format!("{name}.json"));
            if path.exists() {
                return Err(UsageError(format!(
                    "{} exists already; save under another name",
                    path.display()
                )));
            }
            others.push(path);
        }
        Ok(Self { folder, others })
    }

    /// `id`, or `id-2`, `id-3` … where a result of that name exists: two runs can start in one second.
    pub(crate) fn unused_id(&self, id: &str) -> String {
        let taken = |id: &String| self.path(id).exists();
        let numbered = (2..).map(|number| format!("{id}-{number}"));
        std::iter::once(id.to_owned())
            .chain(numbered)
            .find(|id| !taken(id))
            .unwrap_or_default()
    }

    fn path(&self, id: &str) -> PathBuf {
        self.folder.join(format!("{id}.json"))
    }

    /// Writes the run everywhere; returns where it is.
    pub(crate) fn save(&self, run: &Run) -> anyhow::Result<Vec<PathBuf>> {
        let mut saved = vec![self.path(&run.id)];
        saved.extend(self.others.iter().cloned());
        saved.push(self.folder.join("latest.json"));
        for path in &saved {
            write_json(path, run)?;
        }
        Ok(saved)
    }
}
