//! What is printed for people: nothing in it steers a terminal, and no line of it is a command to GitHub that was not meant.

use anyhow::ensure;

/// Standard output for people, or standard error.
pub(crate) fn judge(text: &str) -> anyhow::Result<()> {
    super::visible(text, &[])?;
    for line in text.lines() {
        let Some(command) = line.trim_start().strip_prefix("::") else {
            continue;
        };
        let meant = ["error title=", "warning title="];
        ensure!(
            line.starts_with("::") && meant.iter().any(|meant| command.starts_with(meant)),
            "a command that was not meant: {line}"
        );
        let title = command.split_once("::").map_or("", |(title, _)| title);
        ensure!(
            title
                .split_once('=')
                .is_some_and(|(_, title)| !title.contains([',', ':'])),
            "a title that goes on: {line}"
        );
    }
    Ok(())
}
