//! The workflows for GitHub, which this project uses itself.

const MEASURE: &str = include_str!("templates/performance.yml");
const COMMENT: &str = include_str!("templates/performance-comment.yml");

/// Stands in the templates where fabench is installed.
const INSTALL_MARK: &str = "@INSTALL@";

/// How other projects get fabench.
pub(super) const INSTALL: &str = "cargo install fabench --locked";

/// The files, as (path from the root, text).
pub(super) fn workflows(install: &str) -> Vec<(&'static str, String)> {
    vec![
        (
            ".github/workflows/performance.yml",
            MEASURE.replace(INSTALL_MARK, install),
        ),
        (
            ".github/workflows/performance-comment.yml",
            COMMENT.to_owned(),
        ),
    ]
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;

    /// How this project gets the fabench of its own commit.
    const OWN_INSTALL: &str = "cargo install --path crates/cli --locked";

    #[test]
    fn this_project_uses_what_it_gives_to_others() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        for (name, text) in workflows(OWN_INSTALL) {
            let own = fs::read_to_string(root.join(name)).unwrap_or_default();
            assert_eq!(
                own, text,
                "{name} is not what crates/cli/src/init/templates gives"
            );
        }
    }

    #[test]
    fn actions_are_pinned_and_permissions_least() {
        let mut found = 0;
        for (name, text) in workflows(INSTALL) {
            assert!(text.contains("\npermissions:"), "{name}");
            assert!(!text.contains("pull_request_target"), "{name}");
            for line in text.lines().filter(|line| line.contains("uses: ")) {
                let (_, pinned) = line.split_once('@').unwrap_or_default();
                let (commit, version) = pinned.split_once(" # ").unwrap_or_default();
                let full = commit.len() == 40 && commit.chars().all(|c| c.is_ascii_hexdigit());
                assert!(full && version.starts_with('v'), "{name}: {line}");
                found += 1;
            }
        }
        assert!(found >= 6, "only {found} actions were found");
    }
}
