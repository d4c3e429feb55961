//! A project whose files are written and killed: what each command writes, and what may be found there afterwards.
//!
//! There are two results, `a` and `b`, whose times differ a thousandfold and of which `b` is longer: what is cut off or of
//! both is no result of either.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, ensure};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::tool::call;

/// One of the two results.
pub(crate) type Version = &'static str;

/// Both.
pub(crate) const VERSIONS: [Version; 2] = ["a", "b"];

/// Benchmarks of each.
const BENCHMARKS: usize = 60;
const DASHBOARD: &str = "dashboard/index.html";
const COMMENT: &str = "ci_results/github_comment.md";

/// Commands that write files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Writer {
    /// Two files in `results`.
    Import,
    /// Two reports, the comment, the baseline.
    Check,
    Export,
    Report,
    Dashboard,
    /// Two files in `results`, after measuring.
    Run,
}

impl Writer {
    pub(crate) const ALL: [Self; 6] = [
        Self::Import,
        Self::Check,
        Self::Export,
        Self::Report,
        Self::Dashboard,
        Self::Run,
    ];

    /// How often it is drawn, compared with the others.
    pub(crate) fn weight(self) -> u32 {
        match self {
            Self::Import | Self::Check => 8,
            Self::Export | Self::Report => 4,
            Self::Dashboard | Self::Run => 1,
        }
    }

    /// Folder of the files, and how many temporary ones appear there.
    pub(crate) fn folder(self) -> (&'static str, u32) {
        match self {
            Self::Import | Self::Run => ("results", 2),
            Self::Check => ("ci_results", 3),
            Self::Export | Self::Report => ("out", 1),
            Self::Dashboard => ("dashboard", 1),
        }
    }

    pub(crate) fn arguments(self, version: Version) -> Vec<String> {
        let text = match self {
            Self::Import => format!("import {version}.hyperfine.json"),
            Self::Check => format!(
                "check --results-file {version}.json --update-baseline --force-baseline --github-comment"
            ),
            Self::Export => format!("export {version}.json --format csv --output out/result.csv"),
            Self::Report => format!("report {version}.json --format html --output out/report.html"),
            Self::Dashboard => "dashboard --out dashboard".to_owned(),
            Self::Run => "run --quick --max-time 0.02".to_owned(),
        };
        text.split(' ').map(str::to_owned).collect()
    }

    /// Files with a constant name, and how the command says that one is written.
    pub(crate) fn targets(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Import => &[("results/latest.json", "saved ")],
            Self::Run => &[],
            Self::Check => &[
                ("ci_results/latest_regression_report.json", "report "),
                (COMMENT, "comment "),
                ("baselines/performance_baseline.json", "baseline updated: "),
            ],
            Self::Export => &[("out/result.csv", "60 benchmarks written as csv to ")],
            Self::Report => &[("out/report.html", "report ")],
            Self::Dashboard => &[(DASHBOARD, "dashboard ")],
        }
    }
}

/// A project and what was found in it last.
pub(crate) struct Lane {
    folder: TempDir,
    /// The benchmarks of each result.
    benchmarks: BTreeMap<Version, Value>,
    /// The id of each result.
    ids: BTreeMap<Version, Value>,
    /// What each command wrote of each result when nobody disturbed it, by file.
    whole: BTreeMap<(&'static str, Version), Vec<u8>>,
    /// Which result each file holds.
    pub(crate) holds: BTreeMap<&'static str, Version>,
}

impl Lane {
    /// A project in which every file has been written once, of `a`.
    pub(crate) fn new() -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let path = folder.path();
        fs::write(
            path.join("fabench.toml"),
            "[suite.commands]\ntrue = [\"true\"]\n",
        )?;
        fs::create_dir(path.join("tmp"))?;
        let mut lane = Self {
            benchmarks: BTreeMap::new(),
            ids: BTreeMap::new(),
            whole: BTreeMap::new(),
            holds: BTreeMap::new(),
            folder,
        };
        for (version, factor) in VERSIONS.into_iter().zip([1.0, 1000.0]) {
            lane.write(&format!("{version}.hyperfine.json"), &hyperfine(factor))?;
            lane.undisturbed(&["import", "--record", &format!("{version}.hyperfine.json")])?;
            let result = fs::read(lane.path("results/latest.json"))?;
            fs::write(lane.path(&format!("{version}.json")), &result)?;
            let read: Value = serde_json::from_slice(&result)?;
            lane.benchmarks.insert(version, read["benchmarks"].clone());
            lane.ids.insert(version, read["id"].clone());
        }
        // The first baseline is compared with nothing, so that there is no report yet.
        lane.undisturbed(&["check", "--results-file", "a.json", "--update-baseline"])?;
        for version in ["b", "a"] {
            for writer in Writer::ALL {
                let arguments = writer.arguments(version);
                let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
                lane.undisturbed(&arguments)?;
                for (file, _) in writer.targets() {
                    lane.whole
                        .insert((file, version), fs::read(lane.path(file))?);
                    lane.holds.insert(file, version);
                }
            }
            // A run has put its result there.
            lane.undisturbed(&["import", &format!("{version}.hyperfine.json")])?;
        }
        Ok(lane)
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.root().join(name)
    }

    pub(crate) fn root(&self) -> &Path {
        self.folder.path()
    }

    fn write(&self, name: &str, value: &Value) -> anyhow::Result<()> {
        Ok(fs::write(self.path(name), value.to_string())?)
    }

    /// Calls fabench and lets it end.
    pub(crate) fn undisturbed(&self, arguments: &[&str]) -> anyhow::Result<()> {
        let output = call(self.root(), arguments)?.output()?;
        ensure!(
            output.status.success(),
            "{arguments:?}: {}\n{}",
            output.status,
            String::from_utf8_lossy(&output.stderr)
        );
        Ok(())
    }

    /// The result that `file` is of.
    ///
    /// # Errors
    /// If it is whole of neither.
    pub(crate) fn version_in(&self, file: &'static str) -> anyhow::Result<Version> {
        let bytes = fs::read(self.path(file)).with_context(|| format!("{file} is gone"))?;
        let found = if file.ends_with(".json") {
            self.version_of_json(&bytes)?
        } else {
            self.version_of_text(file, &bytes)
        };
        found.with_context(|| format!("{file}, {} bytes, is whole of neither result", bytes.len()))
    }

    /// Of a result, a baseline or a comparison.
    fn version_of_json(&self, bytes: &[u8]) -> anyhow::Result<Option<Version>> {
        let value: Value = serde_json::from_slice(bytes).context("it is no JSON")?;
        ensure!(bytes.ends_with(b"\n"), "its end is missing");
        let run = value.get("run").unwrap_or(&value);
        if let Some(benchmarks) = run
            .get("benchmarks")
            .filter(|_| value.get("candidate").is_none())
        {
            return Ok(VERSIONS
                .into_iter()
                .find(|version| self.benchmarks[version] == *benchmarks));
        }
        // A comparison: which result was judged is in its candidate.
        let all = value["benchmarks"].as_array().map_or(0, Vec::len);
        ensure!(all == BENCHMARKS, "{all} of {BENCHMARKS} benchmarks");
        let judged = &value["candidate"]["run"];
        Ok(VERSIONS
            .into_iter()
            .find(|version| self.ids[version] == *judged))
    }

    fn version_of_text(&self, file: &'static str, bytes: &[u8]) -> Option<Version> {
        let whole = |version: &Version| self.whole[&(file, *version)] == bytes;
        if let Some(version) = VERSIONS.into_iter().find(whole) {
            return Some(version);
        }
        let text = String::from_utf8_lossy(bytes);
        match file {
            // It tells when it was made, and is of both results.
            DASHBOARD => text.ends_with("</html>\n").then(|| self.holds[file]),
            // It tells what went before, too.
            COMMENT => {
                let rows = text
                    .lines()
                    .filter(|line| line.contains("`command/work-"))
                    .count();
                let judged = |version: &Version| {
                    self.ids[version]
                        .as_str()
                        .is_some_and(|id| text.contains(&format!("→ `{id}`")))
                };
                let version = VERSIONS.into_iter().find(judged);
                version.filter(|_| rows >= BENCHMARKS && text.ends_with('\n'))
            }
            _ => None,
        }
    }

    /// Reads every result of `import` and `run` that is there, and removes all but the latest. Returns how many.
    ///
    /// # Errors
    /// If one is cut off.
    pub(crate) fn clear_results(&self) -> anyhow::Result<usize> {
        let mut count = 0;
        for folder in ["results", "ci_results"] {
            for entry in fs::read_dir(self.path(folder))? {
                let path = entry?.path();
                let name = path
                    .file_name()
                    .unwrap_or_default()
                    .to_string_lossy()
                    .into_owned();
                if name.starts_with('.')
                    || name.contains("latest")
                    || !name.ends_with(".json")
                    || name.starts_with("performance")
                {
                    continue;
                }
                let read: Value = serde_json::from_slice(&fs::read(&path)?)
                    .with_context(|| format!("{name} is cut off"))?;
                let measured = read["benchmarks"]
                    .as_array()
                    .is_some_and(|all| !all.is_empty());
                ensure!(measured, "{name} holds no benchmark");
                fs::remove_file(&path)?;
                count += 1;
            }
        }
        Ok(count)
    }

    /// Temporary files that are there.
    pub(crate) fn temporaries(&self) -> anyhow::Result<Vec<PathBuf>> {
        let mut found = Vec::new();
        for folder in ["results", "ci_results", "baselines", "out", "dashboard"] {
            for entry in fs::read_dir(self.path(folder))? {
                let path = entry?.path();
                let name = path
                    .file_name()
                    .unwrap_or_default()
                    .to_string_lossy()
                    .into_owned();
                if name.starts_with(".fabench-") {
                    found.push(path);
                }
            }
        }
        Ok(found)
    }
}

/// What hyperfine writes about 60 commands of 40 runs.
fn hyperfine(factor: f64) -> Value {
    let results: Vec<Value> = (0..BENCHMARKS)
        .map(|number| {
            let times: Vec<f64> = (0..40).map(|run| factor * (0.1 + 0.001 * f64::from(run))).collect();
            json!({
                "command": format!("work-{number}"), "mean": factor * 0.12, "stddev": 0.01 * factor, "median": factor * 0.12,
                "user": 0.1, "system": 0.1, "min": times[0], "max": times[39], "times": times, "exit_codes": vec![0; 40],
            })
        })
        .collect();
    json!({ "results": results })
}
