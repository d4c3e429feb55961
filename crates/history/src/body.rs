//! Records as they are kept: compressed JSON, and what tells equal ones by.

use std::fmt::Write as _;
use std::io::Read as _;

use fabench_record::{MAX_FILE_BYTES, Run};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

/// Fast, and a sixth of the size for a record.
const LEVEL: i32 = 3;

/// Encodes `value` as JSON. Records hold only strings, finite numbers and lists of them, which always encode.
pub(crate) fn json<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

pub(crate) fn compress(text: &str) -> std::io::Result<Vec<u8>> {
    zstd::encode_all(text.as_bytes(), LEVEL)
}

/// At most as many bytes as a record may have, whatever the frame promises.
pub(crate) fn decompress(body: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    zstd::Decoder::with_buffer(body)?
        .take(MAX_FILE_BYTES + 1)
        .read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// What tells runs apart, whatever they are called: a hash of the record without its id. Two runners may start in the
/// same second on the same commit.
pub(crate) fn digest_of_run(run: &Run, text: &str) -> String {
    let id = format!("\"id\":{}", json(&run.id));
    let (before, after) = text.split_once(&id).unwrap_or((text, ""));
    digest(&[before, after])
}

pub(crate) fn digest(parts: &[&str]) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part.as_bytes());
    }
    let mut text = String::new();
    for byte in hasher.finalize() {
        let _ = write!(text, "{byte:02x}");
    }
    text
}
