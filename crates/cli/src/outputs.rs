//! Where a run is written: `results/<id>.json`, a copy as `results/latest.json`, and what was asked for.

use std::path::{Path, PathBuf};

use fabench_record::Run;

use crate::config::Config;
use crate::exit::UsageError;
use crate::files::{unused, valid_save_name, write_json};
use crate::screen::Screen;

/// The files that a run will be written to, checked before anything is measured.
#[derive(Debug)]
pub(crate) struct Outputs {
    folder: PathBuf,
    others: Vec<PathBuf>,
}

impl Outputs {
    /// Checks the names that were typed: a run of minutes must not end in a refused file name.
    pub(crate) fn new(
        config: &Config,
        json: Option<&Path>,
        save: Option<&str>,
    ) -> Result<Self, UsageError> {
        let folder = config.results();
        let mut others: Vec<PathBuf> = json.into_iter().map(Path::to_owned).collect();
        if let Some(name) = save {
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

    /// The id as it is, or with a number where a result of that name exists.
    pub(crate) fn unused_id(&self, id: &str) -> String {
        let path = unused(&self.folder, id);
        path.file_stem()
            .map_or_else(|| id.to_owned(), |stem| stem.to_string_lossy().into_owned())
    }

    /// Writes the run everywhere it can be written and says where it is; the first failure is returned at the end.
    pub(crate) fn save(&self, run: &Run, screen: &Screen) -> anyhow::Result<()> {
        let own = [
            self.folder.join(format!("{}.json", run.id)),
            self.folder.join("latest.json"),
        ];
        let mut failure = None;
        for path in own.iter().chain(&self.others) {
            match write_json(path, run) {
                Ok(()) => screen.print(&format!("saved {}\n", path.display())),
                Err(error) => failure = failure.or(Some(error)),
            }
        }
        failure.map_or(Ok(()), Err)
    }
}
