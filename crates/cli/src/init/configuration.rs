//! The text of a new `fabench.toml`.
//!
//! Invariant: it is a valid configuration as it stands, and uncommenting what is offered keeps it one.

use super::detect::Project;

/// The file for what was found.
pub(super) fn written(found: &[Project]) -> String {
    let mut text = String::from(
        "# What `fabench` measures here and what counts as a change. Everything has a default; `fabench doctor` checks it.\n\n",
    );
    text.push_str(&suite(found));
    text.push_str(
        "
# Absolute limits: `fabench run` says for each whether it is met and by what factor; --fail-on-goal makes it exit with 3.
# [[goal]]
# benchmark = \"category/name\"
# statistic = \"mean\"     # median (the default), mean, min, max, p90, p99, p99.9
# below = \"50 ms\"        # or: above = \"1000/s\"

# What counts as a change; these are the defaults.
[policy]
critical = \"10 %\"       # from here on a regression
warning = \"5 %\"         # from here on a warning
improvement = \"5 %\"     # from here on an improvement
",
    );
    text
}

fn suite(found: &[Project]) -> String {
    if let Some(name) = found.iter().find_map(Project::suite) {
        return format!(
            "# The suite: a cargo package with one program, built in release mode.\n[suite]\npackage = \"{name}\"\n"
        );
    }
    let mut text = String::from(
        "# The suite: an executable that starts one benchmark when it is told to. Name one of the two.\n# [suite]\n",
    );
    if found
        .iter()
        .any(|project| matches!(project, Project::Cargo { .. }))
    {
        text.push_str(
            "# package = \"benchmarks\"          # a cargo package with one program that links fabench-harness\n",
        );
    }
    text.push_str(
        "# executable = \"path/to/suite\"    # any executable that speaks the worker protocol, …\n\
         # build = [\"make\", \"suite\"]       # … and the command that builds it\n",
    );
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    fn load(text: &str) -> Config {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("fabench.toml");
        std::fs::write(&file, text).unwrap();
        Config::load(Some(&file)).unwrap_or_else(|error| panic!("{error:#}\n{text}"))
    }

    #[test]
    fn every_file_is_a_valid_configuration() {
        let suite = Project::Cargo {
            suite: Some("bench".into()),
        };
        assert!(load(&written(&[suite])).suite.is_some());
        for found in [
            vec![],
            vec![Project::Go],
            vec![Project::Cargo { suite: None }, Project::Pytest],
        ] {
            assert!(load(&written(&found)).suite.is_none());
        }
    }

    #[test]
    fn what_is_offered_in_comments_is_valid_too() {
        let text = written(&[])
            .replace("# build = ", "build = ")
            .replace("# executable", "executable");
        let text = text
            .replace("# [suite]", "[suite]")
            .replace("# [[goal]]", "[[goal]]");
        let text = text
            .replace("# benchmark", "benchmark")
            .replace("# statistic", "statistic")
            .replace("# below", "below");
        let config = load(&text);
        assert!(config.suite.is_some());
        assert_eq!(config.goals.len(), 1);
    }
}
