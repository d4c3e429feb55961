//! What GitHub Actions reads: the comment, the summary of a step.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::Path;

use crate::files::write_text;
use crate::screen::Screen;

/// File that the comment is written to, within the folder of reports.
const COMMENT_FILE: &str = "github_comment.md";

/// The variable that names the file of a step's summary.
const SUMMARY: &str = "GITHUB_STEP_SUMMARY";

/// Whether this is a step of a workflow.
pub(crate) fn is_running() -> bool {
    std::env::var("GITHUB_ACTIONS").is_ok_and(|value| value == "true")
}

/// Writes the comment, and adds it to the step's summary; a summary that can't be written is a warning.
pub(crate) fn publish(folder: &Path, markdown: &str, screen: &Screen) -> anyhow::Result<()> {
    let path = folder.join(COMMENT_FILE);
    write_text(&path, markdown)?;
    screen.print(&format!("comment {}\n", path.display()));
    let summary = std::env::var_os(SUMMARY).filter(|file| !file.is_empty());
    if let Some(file) = summary
        && let Err(error) = append(Path::new(&file), markdown)
    {
        screen.warn(&format!(
            "the summary can't be written to {}: {error}; the comment is in {}",
            Path::new(&file).display(),
            path.display()
        ));
    }
    Ok(())
}

/// Steps share the file: each adds to it.
fn append(file: &Path, markdown: &str) -> std::io::Result<()> {
    let mut summary = OpenOptions::new().create(true).append(true).open(file)?;
    summary.write_all(format!("{markdown}\n").as_bytes())
}
