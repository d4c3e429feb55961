//! The gate beside the rules of other tools, measured for real: the same kernels, in turn, in one run, on this machine.
//!
//! `--minutes M` bounds it; `--tally N` instead compares a suite with a copy of itself N times, and with one that does
//! 10 % more. Every share has its exact 95 % interval (Clopper-Pearson).

mod tools;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use fabench_gate::Rate;
use peers_gate::{BASELINE_UNITS, KERNELS};

use crate::tools::{Bench, Tool, slower};

/// Thousandths of extra work, trial by trial. Half have none: false alarms are what is asked about.
const CYCLE: [u64; 6] = [0, 100, 0, 75, 0, 150];

/// The columns of the table.
const EXTRA: [u64; 4] = [0, 75, 100, 150];

struct Arguments {
    fabench: PathBuf,
    python: PathBuf,
    minutes: f64,
    tally: Option<u64>,
    seed: u64,
}

impl Arguments {
    fn parse() -> Result<Self> {
        let mut parsed = Self {
            fabench: "target/release/fabench".into(),
            python: "python3".into(),
            minutes: 10.0,
            tally: None,
            seed: 0,
        };
        let mut arguments = std::env::args().skip(1);
        while let Some(flag) = arguments.next() {
            let value = arguments
                .next()
                .with_context(|| format!("{flag} needs a value"))?;
            match flag.as_str() {
                "--fabench" => parsed.fabench = value.into(),
                "--python" => parsed.python = value.into(),
                "--minutes" => parsed.minutes = value.parse().context("--minutes")?,
                "--tally" => parsed.tally = Some(value.parse().context("--tally")?),
                "--seed" => parsed.seed = value.parse().context("--seed")?,
                other => {
                    bail!("unknown argument `{other}`; known: --minutes M, --tally N, --seed N")
                }
            }
        }
        Ok(parsed)
    }
}

fn main() -> Result<()> {
    let arguments = Arguments::parse()?;
    let own = std::env::current_exe()?;
    let executables = own
        .parent()
        .context("this executable has no folder")?
        .to_owned();
    let scratch = tempfile::tempdir()?;
    let fabench = arguments.fabench.canonicalize();
    let bench = Bench {
        executables,
        fabench: fabench
            .with_context(|| format!("{} is not built", arguments.fabench.display()))?,
        python: arguments.python.clone(),
        folder: scratch.path().to_owned(),
    };
    println!("load at the start: {}", load());
    match arguments.tally {
        Some(tries) => tally(&bench, tries, arguments.seed)?,
        None => contest(
            &bench,
            Duration::from_secs_f64(arguments.minutes * 60.0),
            arguments.seed,
        )?,
    }
    println!("load at the end: {}", load());
    Ok(())
}

/// Averages over 1, 5 and 15 minutes.
fn load() -> String {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split_whitespace()
        .take(3)
        .collect::<Vec<_>>()
        .join(" ")
}

/// All tools in turn, trial by trial, until the time is over.
fn contest(bench: &Bench, time: Duration, seed: u64) -> Result<()> {
    let begin = Instant::now();
    let mut rates = [[Rate::default(); EXTRA.len()]; Tool::ALL.len()];
    let mut spent = [Duration::ZERO; Tool::ALL.len()];
    for number in 0.. {
        if begin.elapsed() >= time {
            break;
        }
        let extra = CYCLE[number % CYCLE.len()];
        let kernel = (number + number / CYCLE.len()) % KERNELS.len();
        for turn in 0..Tool::ALL.len() {
            // The order moves on, so that none always follows the same one.
            let at = (turn + number) % Tool::ALL.len();
            let start = Instant::now();
            let units = BASELINE_UNITS + extra;
            let flagged = Tool::ALL[at].flags(bench, kernel, units, seed + number as u64)?;
            spent[at] += start.elapsed();
            let column = EXTRA.iter().position(|known| *known == extra).unwrap_or(0);
            rates[at][column].add(flagged);
        }
        eprintln!(
            "{} +{} permille: trial {}",
            KERNELS[kernel],
            extra,
            number + 1
        );
    }
    println!("measured: called slower, share (95 % interval), of trials; seconds a trial");
    print!("{:<28}", "");
    for extra in EXTRA {
        print!("{:<28}", format!("+{} %", extra as f64 / 10.0));
    }
    println!("a trial");
    for (at, tool) in Tool::ALL.into_iter().enumerate() {
        print!("{:<28}", tool.name());
        for rate in rates[at] {
            print!("{:<28}", words(rate));
        }
        let trials: u64 = rates[at].iter().map(|rate| rate.trials).sum();
        println!("{:.1} s", spent[at].as_secs_f64() / trials.max(1) as f64);
    }
    Ok(())
}

fn words(rate: Rate) -> String {
    let (lower, upper) = rate.interval(0.95);
    format!(
        "{} of {} ({:.0}-{:.0} %)",
        rate.hits,
        rate.trials,
        lower * 100.0,
        upper * 100.0
    )
}

/// A suite against a copy of itself, and against one that does 10 % more.
fn tally(bench: &Bench, tries: u64, seed: u64) -> Result<()> {
    let (mut clean, mut found) = (Rate::default(), Rate::default());
    for number in 0..tries {
        let copy = bench.suite(BASELINE_UNITS)?;
        let verdicts = bench.compare(&copy, &[], seed + number)?;
        let flagged = |verdict: &String| slower(verdict) || verdict == "improvement";
        clean.add(!verdicts.iter().any(flagged));
        eprintln!("copy, try {}: {}", number + 1, verdicts.join(", "));
        let slow = bench.suite(BASELINE_UNITS + 100)?;
        let kernel = KERNELS[number as usize % KERNELS.len()];
        let verdicts = bench.compare(&slow, &[kernel], seed + number)?;
        found.add(verdicts.iter().any(|verdict| slower(verdict)));
        eprintln!(
            "+10 % {kernel}, try {}: {}",
            number + 1,
            verdicts.join(", ")
        );
    }
    println!("a copy of itself is clean:  {}", words(clean));
    println!("+10 % of real work is told: {}", words(found));
    Ok(())
}
