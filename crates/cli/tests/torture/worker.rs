//! The campaign `worker`: suites whose benchmarks lie, stall, flood, fill the memory and die, several at once.
//!
//! Promised: every run ends within its limits and says of each benchmark what was wrong with it; the honest ones are
//! measured; nothing is left alive, and the memory of fabench stays small.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use rand::seq::IndexedRandom as _;
use rand::{RngExt as _, SeedableRng as _};
use rand_pcg::Pcg64;
use serde_json::Value;

use crate::liar::{LIAR, MISDEEDS};
use crate::tool::{Effort, call};

/// Benchmarks of each suite that lie, between two that do not.
const LIARS: usize = 3;
/// For the whole run of one suite: at most three limits of 3 s, and a busy machine.
const PATIENCE: Duration = Duration::from_secs(90);
/// Most memory of fabench itself.
const MOST: u64 = 128 << 20;
/// Marks what was started by one suite.
const MARK: &str = "LIAR_MARK";

/// Runs suites for about `effort`, and the figures. `suite` is a program that calls [`crate::liar::main`].
pub(crate) fn run(effort: Effort, suite: &Path) -> anyhow::Result<String> {
    let mut rng = Pcg64::seed_from_u64(effort.seed);
    let began = Instant::now();
    let (mut suites, mut failed, mut borne, mut most) = (0_u64, 0_u64, 0_u64, 0);
    let mut longest = Duration::ZERO;
    while suites == 0 || began.elapsed() < effort.time {
        let drawn = draw(&mut rng);
        let seen = torture(suite, &drawn, suites)
            .with_context(|| format!("the suite was\n{}", told(&drawn)))?;
        suites += 1;
        failed += seen.failed;
        borne += seen.borne;
        most = seen.peak_bytes.max(most);
        longest = seen.took.max(longest);
    }
    Ok(format!(
        "{suites} suites: {failed} benchmarks failed for the reason they had, {borne} honest or bearable ones measured; \
         nothing left alive; fabench held at most {:.1} MiB, the longest run took {:.1} s",
        most as f64 / f64::from(1 << 20),
        longest.as_secs_f64()
    ))
}

/// Benchmarks, and for each its misdeeds with their moments.
type Drawn = BTreeMap<String, Vec<(&'static str, &'static str)>>;

fn draw(rng: &mut Pcg64) -> Drawn {
    let mut drawn = BTreeMap::from([
        ("a-honest".to_owned(), vec![]),
        ("z-honest".to_owned(), vec![]),
    ]);
    for number in 0..LIARS {
        let misdeeds = (0..rng.random_range(1..=3))
            .map(|_| {
                let misdeed = MISDEEDS.choose(rng).map_or("errs", |(name, _)| *name);
                let moment = ["before", "within", "after"].choose(rng).copied();
                (misdeed, moment.unwrap_or("before"))
            })
            .collect();
        drawn.insert(format!("m-liar-{number}"), misdeeds);
    }
    drawn
}

fn told(drawn: &Drawn) -> String {
    drawn
        .iter()
        .fold(String::new(), |mut text, (name, misdeeds)| {
            let _ = write!(text, "{name}");
            for (misdeed, moment) in misdeeds {
                let _ = write!(text, " {misdeed} {moment}");
            }
            text + "\n"
        })
}

struct Seen {
    failed: u64,
    borne: u64,
    peak_bytes: u64,
    took: Duration,
}

fn torture(suite: &Path, drawn: &Drawn, number: u64) -> anyhow::Result<Seen> {
    let folder = tempfile::tempdir()?;
    fs::create_dir(folder.path().join("tmp"))?;
    let text = format!(
        "[suite]\nexecutable = '{}'\nmemory_limit = '192 MiB'\n",
        suite.display()
    );
    fs::write(folder.path().join("fabench.toml"), text)?;
    let mark = format!("{}-{number}", std::process::id());
    let arguments = [
        "run",
        "--launches",
        "2",
        "--max-time",
        "0.05",
        "--warmup",
        "0.01",
        "--timeout",
        "3",
    ];
    let began = Instant::now();
    let mut child = call(folder.path(), &arguments)?
        .env(LIAR, told(drawn))
        .env(MARK, &mark)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(fs::File::create(folder.path().join("stderr"))?)
        .spawn()?;
    let mut peak_bytes = 0;
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        peak_bytes = peak(child.id()).max(peak_bytes);
        if began.elapsed() > PATIENCE {
            child.kill()?;
            child.wait()?;
            anyhow::bail!("not ended after {} s", PATIENCE.as_secs());
        }
        std::thread::park_timeout(Duration::from_millis(10));
    };
    let took = began.elapsed();
    let stderr = fs::read_to_string(folder.path().join("stderr"))?;
    let result: Value = serde_json::from_slice(
        &fs::read(folder.path().join("results/latest.json")).with_context(|| stderr.clone())?,
    )?;
    let (failed, borne) = judge(drawn, &result)?;
    ensure!(
        status.code() == Some(i32::from(failed > 0)),
        "{failed} failed, and it ended with {status}: {stderr}"
    );
    ensure!(peak_bytes < MOST, "fabench held {peak_bytes} bytes");
    gone(&mark)?;
    let left: Vec<_> = fs::read_dir(folder.path().join("tmp"))?.flatten().collect();
    ensure!(left.is_empty(), "temporary files are left: {left:?}");
    Ok(Seen {
        failed,
        borne,
        peak_bytes,
        took,
    })
}

/// Holds the outcome of each benchmark against what it did. How many failed, how many were measured.
fn judge(drawn: &Drawn, result: &Value) -> anyhow::Result<(u64, u64)> {
    let (mut failed, mut borne) = (0, 0);
    for (name, misdeeds) in drawn {
        let id = format!("liar/{name}");
        let all = result["benchmarks"].as_array().context("no benchmarks")?;
        let benchmark = all
            .iter()
            .find(|one| one["id"] == *id)
            .with_context(|| format!("{id} is missing"))?;
        let outcome = &benchmark["outcome"];
        let expected: Vec<&str> = misdeeds
            .iter()
            .filter_map(|(misdeed, _)| MISDEEDS.iter().find(|(known, _)| known == misdeed))
            .flat_map(|(_, expected)| expected.iter().copied())
            .collect();
        let said = outcome.to_string();
        if expected.is_empty() {
            ensure!(
                !said.contains("failed"),
                "{id} did nothing that fails, and is {said}"
            );
            borne += 1;
        } else {
            ensure!(
                expected.iter().any(|part| said.contains(part)),
                "{id} is {said}, and should be one of {expected:?}"
            );
            failed += 1;
        }
    }
    Ok((failed, borne))
}

/// `VmHWM` of a process, in bytes.
fn peak(process: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kibibytes: Option<u64> =
        line.and_then(|line| line.trim().strip_suffix("kB")?.trim().parse().ok());
    kibibytes.unwrap_or(0) * 1024
}

/// Waits until nothing that carries the mark is alive.
fn gone(mark: &str) -> anyhow::Result<()> {
    let wanted = format!("{MARK}={mark}");
    let deadline = Instant::now() + Duration::from_secs(10);
    loop {
        let mut left = Vec::new();
        for entry in fs::read_dir("/proc")?.flatten() {
            let environment = fs::read(entry.path().join("environ")).unwrap_or_default();
            if environment
                .split(|byte| *byte == 0)
                .any(|entry| entry == wanted.as_bytes())
            {
                left.push(entry.file_name());
            }
        }
        if left.is_empty() {
            return Ok(());
        }
        ensure!(Instant::now() < deadline, "left alive: {left:?}");
        std::thread::park_timeout(Duration::from_millis(20));
    }
}
