//! The side of those who watch: what is new in the files of running runs.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File, TryLockError};
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};

use super::{EXTENSION, Progress, Told, folder};
use crate::config::Config;

/// Most that is read of a file at a time; the rest comes the next time.
const MOST_BYTES: u64 = 1 << 20;

/// Follows the files of running runs, each from its beginning.
#[derive(Debug)]
pub(crate) struct Reader {
    folder: PathBuf,
    followed: BTreeMap<PathBuf, u64>,
    over: BTreeSet<PathBuf>,
}

impl Reader {
    /// Nothing is followed yet.
    pub(crate) fn new(config: &Config) -> Self {
        Self {
            folder: folder(config),
            followed: BTreeMap::new(),
            over: BTreeSet::new(),
        }
    }

    /// What was told since the last time. A file that can't be read, or holds something else, tells nothing.
    pub(crate) fn news(&mut self) -> Vec<Told> {
        let present: BTreeSet<PathBuf> = fs::read_dir(&self.folder)
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| entry.path())
            .filter(|path| path.extension().is_some_and(|found| found == EXTENSION))
            .collect();
        self.over.retain(|path| present.contains(path));
        let mut news = Vec::new();
        for path in &present {
            if !self.over.contains(path) {
                self.read(path, &mut news);
            }
        }
        let gone: Vec<PathBuf> = self
            .followed
            .keys()
            .filter(|path| !present.contains(*path))
            .cloned()
            .collect();
        for path in gone {
            self.end(&path, &mut news);
        }
        news
    }

    fn read(&mut self, path: &Path, news: &mut Vec<Told>) {
        let Ok(mut file) = File::open(path) else {
            return;
        };
        // Whoever writes it holds the lock; without one it was left behind.
        let alive = matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock));
        if alive || self.followed.contains_key(path) {
            let offset = self.followed.entry(path.to_owned()).or_insert(0);
            *offset += new_lines(&mut file, *offset, news).unwrap_or(0);
        }
        if !alive {
            self.end(path, news);
            self.over.insert(path.to_owned());
        }
    }

    fn end(&mut self, path: &Path, news: &mut Vec<Told>) {
        if self.followed.remove(path).is_some() {
            let stem = path.file_stem().unwrap_or_default();
            news.push(Told {
                run: stem.to_string_lossy().into_owned(),
                progress: Progress::Ended,
            });
        }
    }
}

/// Reads whole lines from `offset` on; how many bytes they took.
fn new_lines(file: &mut File, offset: u64, news: &mut Vec<Told>) -> std::io::Result<u64> {
    file.seek(SeekFrom::Start(offset))?;
    let mut bytes = Vec::new();
    file.take(MOST_BYTES).read_to_end(&mut bytes)?;
    let end = bytes
        .iter()
        .rposition(|&byte| byte == b'\n')
        .map_or(0, |at| at + 1);
    let lines = bytes[..end].split(|&byte| byte == b'\n');
    news.extend(lines.filter_map(|line| serde_json::from_slice(line).ok()));
    Ok(end as u64)
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn reader(folder: &Path) -> Reader {
        Reader {
            folder: folder.to_owned(),
            followed: BTreeMap::new(),
            over: BTreeSet::new(),
        }
    }

    #[test]
    fn follows_a_locked_file_and_sees_its_end() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a-1.jsonl");
        let mut file = File::create(&path).unwrap();
        file.try_lock().unwrap();
        let mut reader = reader(folder.path());
        let line = r#"{"run":"a-1","event":"started","suite":"s","commit":null,"benchmarks":1,"launches":2}"#;
        write!(file, "{line}\nnot json\n{{\"run\":").unwrap();
        let news = reader.news();
        assert_eq!(news.len(), 1, "{news:?}");
        assert_eq!(reader.news(), []);
        writeln!(file, "\"a-1\",\"event\":\"history\"}}").unwrap();
        assert_eq!(reader.news()[0].progress, Progress::History);
        // The writer is killed: its lock goes with it, the file stays.
        drop(file);
        assert_eq!(reader.news()[0].progress, Progress::Ended);
        assert_eq!(reader.news(), []);
    }

    #[test]
    fn what_nobody_holds_is_of_the_past() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(
            folder.path().join("old.jsonl"),
            "{\"run\":\"old\",\"event\":\"ended\"}\n",
        )
        .unwrap();
        assert_eq!(reader(folder.path()).news(), []);
        assert_eq!(reader(&folder.path().join("none")).news(), []);
    }
}
