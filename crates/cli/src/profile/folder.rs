//! Where profiles are written: a folder for each benchmark, a file for each rendering.
//!
//! Invariant: a benchmark's name never leads out of the folder.

use std::path::{Path, PathBuf};

use fabench_gate::Cost;
use fabench_record::{BenchmarkId, Profile, ProfileKind};
use fabench_report::{collapsed, flame_graph, flame_graph_of_change, pprof};

use super::costs;
use crate::files::write_bytes;

/// The folder of the profiles of one run or comparison.
#[derive(Clone, Debug)]
pub(crate) struct ProfileFolder(PathBuf);

impl ProfileFolder {
    pub(crate) fn new(path: &Path) -> Self {
        Self(path.to_owned())
    }

    /// The default folder of a run's profiles.
    pub(crate) fn of_run(results: &Path, run: &str) -> PathBuf {
        results.join("profiles").join(run)
    }

    /// Where the collapsed stacks of a benchmark are, if they were written.
    pub(crate) fn collapsed_file(&self, id: &BenchmarkId, cost: Cost) -> PathBuf {
        let name = format!("{}.collapsed.txt", cost_name(cost));
        self.0.join(file_name(id)).join(name)
    }

    /// Writes all renderings and returns the flame graphs.
    ///
    /// # Errors
    /// When a file can't be written.
    pub(super) fn save(&self, id: &BenchmarkId, profile: &Profile) -> anyhow::Result<Vec<PathBuf>> {
        let folder = self.0.join(file_name(id));
        let mut drawn = Vec::new();
        for cost in costs(profile.kind) {
            let name = cost_name(*cost);
            let title = format!("{id}: {}", name.replace('-', " "));
            if let Some(svg) = flame_graph(profile, *cost, &title) {
                let path = folder.join(format!("{name}.svg"));
                write_bytes(&path, svg.as_bytes())?;
                drawn.push(path);
            }
            let text = collapsed(profile, *cost);
            write_bytes(&self.collapsed_file(id, *cost), text.as_bytes())?;
        }
        let name = format!("{}.pb", profile.kind.name());
        write_bytes(&folder.join(name), &pprof(profile))?;
        Ok(drawn)
    }

    /// Writes the flame graph of what changed.
    ///
    /// # Errors
    /// When it can't be written.
    pub(super) fn save_change(
        &self,
        id: &BenchmarkId,
        before: &Profile,
        now: &Profile,
    ) -> anyhow::Result<Option<PathBuf>> {
        let cost = Cost::of(now.kind);
        let name = cost_name(cost);
        let title = format!("{id}: {} against the baseline", name.replace('-', " "));
        let Some(svg) = flame_graph_of_change(before, now, cost, &title) else {
            return Ok(None);
        };
        let path = self
            .0
            .join(file_name(id))
            .join(format!("{name}-change.svg"));
        write_bytes(&path, svg.as_bytes())?;
        Ok(Some(path))
    }
}

/// The stem of the files about a cost.
pub(crate) fn cost_name(cost: Cost) -> &'static str {
    match cost {
        Cost::CpuTime => ProfileKind::Cpu.name(),
        Cost::AllocatedBytes => "memory-allocated",
        Cost::LiveBytes => "memory-live",
    }
}

/// A benchmark's id as the name of a folder: what is not harmless in one becomes `_`, and then a number tells such names apart.
pub(crate) fn file_name(id: &BenchmarkId) -> String {
    let harmless = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    let plain = id.as_str().replacen('/', ".", 1);
    let name: String = plain
        .chars()
        .take(100)
        .map(|c| if harmless(c) { c } else { '_' })
        .collect();
    if name == plain && !name.starts_with('.') {
        return name;
    }
    // FNV-1a: stable from version to version, unlike the hashes of the standard library.
    let hash = id
        .as_str()
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        });
    format!("{}-{hash:016x}", name.trim_start_matches('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(id: &str) -> String {
        file_name(&BenchmarkId::new(id).unwrap())
    }

    #[test]
    fn everyday_ids_stay_readable_and_no_id_leaves_the_folder() {
        assert_eq!(name("agent_spawn/single"), "agent_spawn.single");
        for odd in [
            "a/b/c",
            "a/..b\\..",
            "a/<b>",
            &format!("a/{}", "x".repeat(400)),
            "./x ".trim_end_matches('x'),
        ] {
            let Ok(id) = BenchmarkId::new(odd) else {
                continue;
            };
            let name = file_name(&id);
            assert!(
                !name.contains(['/', '\\', '<']) && !name.starts_with('.'),
                "{name}"
            );
            assert!(name.len() < 130);
        }
        assert_ne!(name("a/b c"), name("a/b_c"));
        assert_ne!(name("a/b<c"), name("a/b>c"));
    }
}
