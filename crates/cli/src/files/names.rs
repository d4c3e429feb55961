//! Names of the files that a run writes.

use std::path::{Path, PathBuf};

use fabench_record::Source;
use jiff::Timestamp;

/// `20261123T072300Z`: sorts by time, has no colons.
pub(crate) fn compact_time(time: Timestamp) -> String {
    time.strftime("%Y%m%dT%H%M%SZ").to_string()
}

/// `20261123T072300Z-1a2b3c4[-dirty]`; `nogit` where there is no commit. The commit may come from another tool's file: what
/// is not harmless in a file name is left out.
pub(crate) fn run_id(time: Timestamp, source: &Source) -> String {
    let commit = source.commit.as_deref().unwrap_or_default();
    let harmless = commit.chars().filter(char::is_ascii_alphanumeric);
    let mut commit: String = harmless.take(7).collect();
    if commit.is_empty() {
        commit.push_str("nogit");
    }
    let dirty = if source.dirty { "-dirty" } else { "" };
    format!("{}-{commit}{dirty}", compact_time(time))
}

/// `folder/stem.json`, or `folder/stem-2.json`, … where that exists: two can be made in one second.
pub(crate) fn unused(folder: &Path, stem: &str) -> PathBuf {
    let mut path = folder.join(format!("{stem}.json"));
    let mut number = 2;
    while path.exists() {
        path = folder.join(format!("{stem}-{number}.json"));
        number += 1;
    }
    path
}

/// Whether `name` may be given to `--save`: it becomes a file in `results/` and must stay there.
pub(crate) fn valid_save_name(name: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    !name.is_empty()
        && name.len() <= 100
        && !name.starts_with('.')
        && name != "latest"
        && name.chars().all(allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn run_ids_sort_by_time_and_name_the_commit() {
        let time: Timestamp = "2026-11-23T07:23:00Z".parse().unwrap();
        let source = Source {
            commit: Some("0123456789abcdef".into()),
            dirty: true,
            branch: None,
        };
        assert_eq!(run_id(time, &source), "20261123T072300Z-0123456-dirty");
        assert_eq!(run_id(time, &Source::default()), "20261123T072300Z-nogit");
        let foreign = |commit: &str| Source {
            commit: Some(commit.into()),
            ..Source::default()
        };
        assert_eq!(run_id(time, &foreign("../../a")), "20261123T072300Z-a");
        assert_eq!(
            run_id(time, &foreign("..\u{ad}\n")),
            "20261123T072300Z-nogit"
        );
    }

    #[test]
    fn a_second_file_of_one_second_gets_a_number() {
        let folder = tempfile::tempdir().unwrap();
        let first = unused(folder.path(), "x");
        std::fs::write(&first, "").unwrap();
        assert!(first.ends_with("x.json"));
        assert!(unused(folder.path(), "x").ends_with("x-2.json"));
    }

    #[test]
    fn saved_names_stay_in_their_folder() {
        assert!(valid_save_name("before-cache_2.1"));
        for bad in [
            "",
            "../x",
            "a/b",
            ".hidden",
            "latest",
            "a b",
            "a\n",
            &"x".repeat(101),
        ] {
            assert!(!valid_save_name(bad), "{bad:?}");
        }
    }
}
