//! The text of a new `fabench.toml`.
//!
//! Invariant: it is a valid configuration as it stands, and uncommenting what is offered keeps it one.

use super::detect::{CargoSuite, NodeBench, Project};

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

/// Whether the file for what was found names a suite.
pub(super) fn names_a_suite(found: &[Project]) -> bool {
    found.iter().any(|project| section(project).is_some())
}

/// The section `[suite]` of the first project that has one, else what could be written there.
fn suite(found: &[Project]) -> String {
    if let Some(section) = found.iter().find_map(section) {
        return section;
    }
    let mut text = String::from("# The suite: what is measured. Name one of these.\n# [suite]\n");
    let is_cargo = |project: &Project| matches!(project, Project::Cargo { .. });
    if found.iter().any(is_cargo) {
        text.push_str(
            "# package = \"benchmarks\"          # a cargo package whose program links fabench-harness; with `bench`: a bench target\n",
        );
    }
    text.push_str(
        "# command = [\"./program\"]          # any command: its run time and memory, or with `format` what it reports\n\
         # executable = \"path/to/suite\"    # any executable that speaks the worker protocol, …\n\
         # build = [\"make\", \"suite\"]       # … and the command that builds it\n",
    );
    text
}

/// The section for a project whose benchmarks can be run as it stands.
fn section(project: &Project) -> Option<String> {
    Some(match project {
        Project::Cargo {
            suite: None,
            criterion,
        } => criterion_suite(criterion.as_ref()?)?,
        Project::Cargo {
            suite: Some(CargoSuite { package, bench }),
            ..
        } => {
            let target = bench.as_ref().map_or_else(String::new, |bench| {
                format!("bench = \"{bench}\"    # a bench target with `harness = false`\n")
            });
            format!(
                "# The suite: a cargo package that links fabench-harness, built in release mode.\n\
                 [suite]\npackage = \"{package}\"\n{target}"
            )
        }
        Project::Pytest => PYTEST.to_owned(),
        Project::Go => GO.to_owned(),
        Project::Npm { bench } => match (*bench)? {
            NodeBench::Vitest => VITEST.to_owned(),
            NodeBench::Other => NPM.to_owned(),
        },
    })
}

/// Criterion's benchmarks as they are, with less time for each launch than criterion takes for all it does.
fn criterion_suite(suite: &CargoSuite) -> Option<String> {
    let (package, bench) = (&suite.package, suite.bench.as_ref()?);
    let target = format!(
        "\"cargo\", \"bench\", \"--quiet\", \"--package\", \"{package}\", \"--bench\", \"{bench}\""
    );
    Some(format!(
        "# The suite: criterion's benchmarks as they are. `fabench compare` alternates whole runs of them between two commits.
[suite]
build = [{target}, \"--no-run\"]
command = [
    {target}, \"--\", \"--noplot\",
    # Many short launches see more than a few long ones: fabench repeats the whole command as often as it needs.
    \"--warm-up-time\", \"0.2\", \"--measurement-time\", \"0.5\", \"--sample-size\", \"20\",
]
format = \"criterion\"
output = \"target/criterion\"
timeout = 600    # seconds for one run
"
    ))
}

const PYTEST: &str = r#"# The suite: pytest with pytest-benchmark. `fabench compare` alternates whole runs of it between two commits.
[suite]
command = [
    "python3", "-m", "pytest", "--benchmark-only", "--quiet",
    # Many short launches see more than a few long ones: fabench repeats the whole command as often as it needs.
    "--benchmark-max-time=0.05", "--benchmark-min-rounds=20", "--benchmark-warmup=on",
    "--benchmark-json={output}",
]
format = "pytest-benchmark"
timeout = 120    # seconds for one run
"#;

const GO: &str = r#"# The suite: the module's benchmarks. `fabench compare` alternates whole runs of it between two commits.
[suite]
command = ["go", "test", "-run", "^$", "-bench", ".", "-benchmem", "-benchtime", "50ms", "./..."]
format = "go"
timeout = 300    # seconds for one run
"#;

const VITEST: &str = r#"# The suite: vitest's benchmarks. `fabench compare` alternates whole runs of them between two commits.
[suite]
command = ["npx", "vitest", "bench", "--run", "--outputJson", "{output}"]
format = "vitest"
timeout = 300    # seconds for one run
"#;

const NPM: &str = r#"# The suite: the script `bench`, its run time and memory. Many tools report more: name theirs with `format` and `output`.
[suite]
command = ["npm", "run", "--silent", "bench"]
format = "command"
timeout = 300    # seconds for one run
"#;

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
        let linking = |bench: Option<&str>| {
            Some(CargoSuite {
                package: "bench".into(),
                bench: bench.map(Into::into),
            })
        };
        let cargo = |suite, criterion| Project::Cargo { suite, criterion };
        let npm = |bench| Project::Npm { bench };
        for found in [
            cargo(linking(None), None),
            cargo(linking(Some("speed")), linking(Some("other"))),
            cargo(None, linking(Some("speed"))),
            Project::Pytest,
            Project::Go,
            npm(Some(NodeBench::Vitest)),
            npm(Some(NodeBench::Other)),
        ] {
            let text = written(std::slice::from_ref(&found));
            assert!(load(&text).suite.is_some(), "{found:?}");
        }
        for found in [vec![], vec![cargo(None, None), npm(None)]] {
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
