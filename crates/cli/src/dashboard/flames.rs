//! Profiles of the newest runs as the page draws them, read from the files that `fabench run --profile` wrote.
//!
//! Invariant: a page holds a bounded number of frames, and what it leaves out is told; a file that can't be read is as
//! if it were not there.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Component, Path, PathBuf};

use fabench_history::RunRow;
use fabench_record::{BenchmarkId, ProfileKind};
use fabench_report::Flame;

use crate::config::Config;
use crate::profile::{ProfileFolder, cost_name, costs};

/// Runs with profiles that are shown, counted from the newest.
const MOST_RUNS: usize = 3;
/// Frames that one page holds, over all its flame graphs: about 3 MiB.
const MOST_FRAMES: usize = 60_000;
/// Frames of one flame graph: more are narrower than a screen shows.
const LARGEST: usize = 1_500;
/// Fewest frames that a flame graph is thinned to.
const SMALLEST: usize = 100;
/// Longest file of collapsed stacks that is read: the profiles that fabench writes are shorter.
const MOST_BYTES: u64 = 32 << 20;

/// What of a page is left for flame graphs.
#[derive(Debug)]
pub(super) struct Flames {
    room: usize,
    left_out: usize,
}

impl Default for Flames {
    fn default() -> Self {
        Self {
            room: MOST_FRAMES,
            left_out: 0,
        }
    }
}

impl Flames {
    /// The profiles of the newest of `runs` (oldest first), and which are whose.
    pub(super) fn read(
        &mut self,
        config: &Config,
        runs: &[RunRow],
        benchmarks: &BTreeSet<&BenchmarkId>,
    ) -> (Vec<Flame>, BTreeMap<BenchmarkId, Vec<usize>>) {
        let found = files(&config.results(), runs, benchmarks);
        let most = (self.room / found.len().max(1)).clamp(SMALLEST, LARGEST);
        let mut all = Vec::new();
        let mut whose: BTreeMap<BenchmarkId, Vec<usize>> = BTreeMap::new();
        for (run, id, cost, path) in found {
            if self.room < most {
                self.left_out += 1;
                continue;
            }
            let folder = path.parent().unwrap_or(Path::new(""));
            let folder = folder.strip_prefix(&config.root).unwrap_or(folder);
            let flame = read(&path)
                .and_then(|text| Flame::of(run, cost, &folder.display().to_string(), &text, most));
            if let Some(flame) = flame {
                self.room -= flame.frames().min(self.room);
                whose.entry(id.clone()).or_default().push(all.len());
                all.push(flame);
            }
        }
        (all, whose)
    }

    /// What to say of those that had no room.
    pub(super) fn notice(&self) -> Option<String> {
        (self.left_out > 0).then(|| {
            format!(
                "{} flame graphs are not in this page, which holds {MOST_FRAMES} frames; they are in the folder of profiles",
                self.left_out
            )
        })
    }
}

type Found<'a> = (usize, &'a BenchmarkId, &'static str, PathBuf);

/// The files there are, of the newest run first; each with the index of its run.
fn files<'a>(
    results: &Path,
    runs: &[RunRow],
    benchmarks: &BTreeSet<&'a BenchmarkId>,
) -> Vec<Found<'a>> {
    let profiled = runs.iter().enumerate().rev().filter_map(|(at, run)| {
        let path = ProfileFolder::of_run(results, &run.id);
        (is_name(&run.id) && path.is_dir()).then(|| (at, ProfileFolder::new(&path)))
    });
    let mut found = Vec::new();
    for (at, folder) in profiled.take(MOST_RUNS) {
        for id in benchmarks {
            for cost in ProfileKind::ALL.iter().flat_map(|kind| costs(*kind)) {
                let path = folder.collapsed_file(id, *cost);
                if path.is_file() {
                    found.push((at, *id, cost_name(*cost), path));
                }
            }
        }
    }
    found
}

/// Whether a run's id, which a file may have brought, names something within a folder.
fn is_name(id: &str) -> bool {
    let mut parts = Path::new(id).components();
    matches!(
        (parts.next(), parts.next()),
        (Some(Component::Normal(_)), None)
    )
}

fn read(path: &Path) -> Option<String> {
    let mut text = String::new();
    let file = File::open(path).ok()?;
    let length = file.take(MOST_BYTES + 1).read_to_string(&mut text).ok()?;
    (length as u64 <= MOST_BYTES).then_some(text)
}

/// The folders whose time tells that a profile was added: of all runs, of the newest runs, and of the newest one's benchmarks.
pub(crate) fn profile_folders(config: &Config) -> Vec<PathBuf> {
    let root = ProfileFolder::of_run(&config.results(), "");
    // A run's id begins with its time.
    let mut newest = inner(&root);
    newest.sort();
    let newest = newest.split_off(newest.len().saturating_sub(MOST_RUNS));
    let mut folders = newest.last().map_or_else(Vec::new, |last| inner(last));
    folders.sort();
    folders.extend(newest);
    folders.push(root);
    folders
}

fn inner(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).collect()
}

#[cfg(test)]
mod tests {
    use super::is_name;

    #[test]
    fn an_id_that_leads_elsewhere_is_no_name() {
        assert!(is_name("20261123T072300Z-4f2a91c"));
        for id in ["", "..", "../..", "a/b", "/etc"] {
            assert!(!is_name(id), "{id}");
        }
    }
}
