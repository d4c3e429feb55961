//! The scratch repository: two commits a day, made by one `git fast-import`, so that dates are what they should be.

use std::error::Error;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use jiff::{SignedDuration, Timestamp};

use super::Plan;

/// A commit of the scratch repository.
pub(crate) struct Commit {
    pub(crate) hash: String,
    pub(crate) day: u32,
    /// The first one of its day.
    pub(crate) first: bool,
    pub(crate) time: Timestamp,
}

/// Makes the repository in the plan's folder, on the branch `main`.
pub(crate) fn make(plan: &Plan, begin: Timestamp) -> Result<Vec<Commit>, Box<dyn Error>> {
    git(
        &plan.folder,
        &["init", "--quiet", "--initial-branch=main"],
        None,
    )?;
    let mut stream = String::new();
    let mut commits = Vec::new();
    let who = "A Developer <developer@example.org>";
    for day in 0..plan.days {
        for (first, hours) in [(true, 3), (false, 11)] {
            let time = begin + SignedDuration::from_hours(24 * i64::from(day) + hours);
            let seconds = time.as_second();
            let message = format!(
                "Simulated change {} of day {day}",
                if first { 1 } else { 2 }
            );
            let content = format!(
                "Simulated: state of day {day}, hour {hours}, seed {}\n",
                plan.seed
            );
            let _ = write!(
                stream,
                "commit refs/heads/main\nauthor {who} {seconds} +0000\ncommitter {who} {seconds} +0000\n\
                 data {}\n{message}\nM 100644 inline state.txt\ndata {}\n{content}\n",
                message.len(),
                content.len()
            );
            if day == 0 && first {
                for (name, content) in FILES {
                    let _ = write!(
                        stream,
                        "M 100644 inline {name}\ndata {}\n{content}\n",
                        content.len()
                    );
                }
            }
            commits.push(Commit {
                hash: String::new(),
                day,
                first,
                time,
            });
        }
    }
    git(&plan.folder, &["fast-import", "--quiet"], Some(&stream))?;
    git(&plan.folder, &["reset", "--quiet", "--hard", "main"], None)?;
    let hashes = git(&plan.folder, &["rev-list", "--reverse", "main"], None)?;
    for (commit, hash) in commits.iter_mut().zip(hashes.lines()) {
        commit.hash = hash.to_owned();
    }
    if commits.iter().any(|commit| commit.hash.is_empty()) {
        return Err("git did not make all commits".into());
    }
    Ok(commits)
}

const FILES: [(&str, &str); 2] = [
    (
        "fabench.toml",
        "# A scratch repository with a simulated history; see simulated.json.\n[policy]\ncritical = \"10 %\"\n",
    ),
    (
        ".gitignore",
        ".fabench/\nresults/\nci_results/\nbaselines/\nsimulated.json\n",
    ),
];

fn git(folder: &Path, arguments: &[&str], input: Option<&str>) -> Result<String, Box<dyn Error>> {
    let mut child = Command::new("git")
        .arg("-C")
        .arg(folder)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    if let (Some(mut stdin), Some(input)) = (child.stdin.take(), input) {
        stdin.write_all(input.as_bytes())?;
    }
    let output = child.wait_with_output()?;
    if !output.status.success() {
        return Err(format!("git {} failed", arguments.join(" ")).into());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
