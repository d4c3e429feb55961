//! The project: its configuration, its suite, room for its results.

use std::path::Path;

use super::finding::Finding;
use super::programs::is_there;
use crate::config::Config;
use crate::files::{BASELINE_FILE, read_baseline};

/// Least free space that a build of a suite and its results fit in.
#[cfg(unix)]
const LEAST_FREE_BYTES: u64 = 2 << 30;

pub(super) fn look(given: Option<&Path>) -> Vec<Finding> {
    let config = match Config::load(given) {
        Ok(config) => config,
        Err(error) => {
            return vec![Finding::wrong(
                "configuration",
                format!("{error:#}"),
                "correct it; `fabench init` in an empty folder writes one to compare with",
            )];
        }
    };
    let mut findings = vec![configuration(&config), suite(&config), baseline(&config)];
    findings.extend(disk(&config.root));
    findings
}

fn configuration(config: &Config) -> Finding {
    let path = config.root.join("fabench.toml");
    match &config.given {
        Some(given) => Finding::ok("configuration", given.display().to_string()),
        None if path.is_file() => Finding::ok("configuration", path.display().to_string()),
        None => Finding::note(
            "configuration",
            "no fabench.toml here or in a folder above",
            "fabench init",
        ),
    }
}

fn suite(config: &Config) -> Finding {
    let goals = match config.goals.len() {
        0 => "no goals".to_owned(),
        1 => "1 goal".to_owned(),
        many => format!("{many} goals"),
    };
    let absent = config.suite.iter().find_map(|suite| {
        let mut programs = suite.programs(&config.root).into_iter();
        programs.find(|program| !is_there(program))
    });
    if let Some(program) = absent {
        return Finding::wrong(
            "suite",
            format!("it starts `{}`, which is not there", program.name),
            "install it, or correct the command in fabench.toml",
        );
    }
    match &config.suite {
        Some(_) => Finding::ok("suite", format!("configured, {goals}")),
        None => Finding::note(
            "suite",
            "none is configured",
            "write `[suite]` with `package`, `command` or `executable` into fabench.toml, or name one with --suite",
        ),
    }
}

fn baseline(config: &Config) -> Finding {
    let path = config.baselines().join(BASELINE_FILE);
    match read_baseline(&path) {
        Ok(Some(baseline)) => Finding::ok("baseline", format!("accepted {}", baseline.accepted_at)),
        Ok(None) => Finding::note(
            "baseline",
            "none yet",
            "fabench run && fabench check --update-baseline",
        ),
        Err(error) => Finding::wrong(
            "baseline",
            format!("{error:#}"),
            "restore the file, or move it away and accept a new one",
        ),
    }
}

#[cfg(unix)]
fn disk(root: &Path) -> Option<Finding> {
    let system = rustix::fs::statvfs(root).ok()?;
    let free = system.f_bavail.saturating_mul(system.f_frsize);
    let shown = fabench_report::quantity(free as f64, &fabench_record::Unit::Bytes);
    Some(if free >= LEAST_FREE_BYTES {
        Finding::ok("free space", shown)
    } else {
        Finding::note(
            "free space",
            format!("{shown}: a build of the suite may not fit"),
            "free some; `.fabench/` and `results/` can be removed",
        )
    })
}

#[cfg(not(unix))]
fn disk(_root: &Path) -> Option<Finding> {
    None
}
