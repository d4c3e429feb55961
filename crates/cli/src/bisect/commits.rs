//! The commits between two revisions, oldest first.

use std::path::Path;

use anyhow::{Context as _, bail};

use crate::compare::revision::{commit, git};

/// A commit as it is told to people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Commit {
    /// The full hash.
    pub(super) hash: String,
    /// First line of its message.
    pub(super) subject: String,
}

impl Commit {
    /// The hash as people write it, and the subject.
    pub(super) fn in_words(&self) -> String {
        let short = self.hash.get(..10).unwrap_or(&self.hash);
        format!("{short} {}", self.subject)
    }
}

/// From `good` to `bad`, both included. A merge stands for all that it brought: only first parents are followed.
pub(super) fn between(root: &Path, good: &str, bad: &str) -> anyhow::Result<Vec<Commit>> {
    let named = |revision: &str| {
        commit(root, revision)
            .with_context(|| format!("`{revision}` is not a revision of this repository"))
    };
    let (first, last) = (named(good)?, named(bad)?);
    if first == last {
        bail!("`{good}` and `{bad}` are the same commit; name two that differ");
    }
    if git(root, &["merge-base", "--is-ancestor", &first, &last]).is_err() {
        bail!(
            "`{good}` does not come before `{bad}`; name an ancestor of the slow commit as the fast one"
        );
    }
    let range = format!("{first}..{last}");
    let format = "--format=%H %s";
    let listed = git(
        root,
        &["log", "--reverse", "--first-parent", format, &range],
    )?;
    let own = git(root, &["log", "--max-count=1", format, &first])?;
    Ok(own.lines().chain(listed.lines()).map(read).collect())
}

fn read(line: &str) -> Commit {
    let (hash, subject) = line.split_once(' ').unwrap_or((line, ""));
    Commit {
        hash: hash.to_owned(),
        subject: subject.to_owned(),
    }
}
