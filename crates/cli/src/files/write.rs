//! Atomic writes: a temporary file in the same folder, synced, then renamed over the target.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::Path;

use anyhow::Context as _;
use serde::Serialize;
use tempfile::NamedTempFile;

use super::temporary::temporary_in;

/// Writes `value` as indented JSON. After a crash at any moment the path holds the old content or the new.
pub(crate) fn write_json<T: Serialize>(path: &Path, value: &T) -> anyhow::Result<()> {
    write_with(path, &mut |file| {
        let mut file = BufWriter::new(file);
        serde_json::to_writer_pretty(&mut file, value)?;
        file.write_all(b"\n")?;
        Ok(file.flush()?)
    })
}

/// How many bytes [`write_json`] writes, without having them in memory.
pub(crate) fn json_size<T: Serialize>(value: &T) -> anyhow::Result<u64> {
    struct Count(u64);
    impl Write for Count {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0 += bytes.len() as u64;
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let mut count = Count(1);
    serde_json::to_writer_pretty(&mut count, value).context("it can't be encoded as JSON")?;
    Ok(count.0)
}

/// Writes `bytes`, as safely.
pub(crate) fn write_bytes(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    write_with(path, &mut |file| Ok(file.write_all(bytes)?))
}

/// `value` as indented JSON that ends in a line break, for standard output.
pub(crate) fn as_json<T: Serialize + ?Sized>(value: &T) -> anyhow::Result<String> {
    let text = serde_json::to_string_pretty(value).context("it can't be encoded as JSON")?;
    Ok(text + "\n")
}

/// Writes `text`, as safely.
pub(crate) fn write_text(path: &Path, text: &str) -> anyhow::Result<()> {
    write_bytes(path, text.as_bytes())
}

/// Replaces `path` with what `fill` writes; where that fails, the path holds what it held.
pub(crate) fn write_with(
    path: &Path,
    fill: &mut dyn FnMut(&mut File) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let unwritable = || {
        format!(
            "{} can't be written; check the folder's permissions and free space",
            path.display()
        )
    };
    let folder = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let mut file = temporary_in(folder).with_context(unwritable)?;
    fill(file.as_file_mut()).with_context(unwritable)?;
    persist(file, folder, path).with_context(unwritable)
}

fn persist(file: NamedTempFile, folder: &Path, path: &Path) -> io::Result<()> {
    make_readable(file.as_file())?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    File::open(folder)?.sync_all()
}

/// Temporary files are private; results are for everybody who may read the folder.
#[cfg(unix)]
fn make_readable(file: &File) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    file.set_permissions(fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn make_readable(_file: &File) -> std::io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replaces_the_old_content_and_leaves_no_other_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("new/sub/x.json");
        write_json(&path, &[1]).unwrap();
        write_json(&path, &[2]).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "[\n  2\n]\n");
        let size = fs::metadata(&path).unwrap().len();
        assert_eq!(json_size(&[2]).unwrap(), size);
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
    }

    #[test]
    fn an_unwritable_target_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        fs::write(&file, "x").unwrap();
        let error = write_json(&file.join("below.json"), &1).unwrap_err();
        assert!(error.to_string().contains("below.json"), "{error}");
        assert_eq!(fs::read_to_string(&file).unwrap(), "x");
    }
}
