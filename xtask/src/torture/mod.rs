//! `cargo xtask torture`: campaigns that try to break what is built, each for its share of the time.
//!
//! Invariant: every chosen campaign runs, whatever became of the ones before it; the last line of standard output is the
//! verdict, and only campaigns that found nothing are called passed.
//!
//! To add one: a file with a [`Campaign`] beside these, and its line in [`CAMPAIGNS`].

mod campaign;
mod files;
mod fuzzing;
mod gateway;
mod history;
mod messages;
mod names;
mod parsers;
mod program;
mod servers;
mod soak;
mod store;
mod worker;

use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Result, bail, ensure};

use crate::arguments::TortureArguments;
use campaign::{Campaign, Setting};

/// All campaigns, in the order in which they run.
const CAMPAIGNS: &[Campaign] = &[
    files::CAMPAIGN,
    worker::CAMPAIGN,
    parsers::CAMPAIGN,
    names::CAMPAIGN,
    messages::CAMPAIGN,
    gateway::CAMPAIGN,
    history::CAMPAIGN,
    store::CAMPAIGN,
    servers::CAMPAIGN,
    soak::CAMPAIGN,
];

/// Runs the chosen campaigns.
pub(crate) fn run(arguments: &TortureArguments) -> ExitCode {
    if arguments.list {
        for campaign in CAMPAIGNS {
            println!("{:10} {}", campaign.name, campaign.what);
        }
        return ExitCode::SUCCESS;
    }
    let chosen = match chosen(CAMPAIGNS, &arguments.only) {
        Ok(chosen) => chosen,
        Err(error) => {
            eprintln!("xtask torture: {error:#}");
            return ExitCode::from(2);
        }
    };
    // Whatever has to be built is built before the clock starts.
    for campaign in &chosen {
        if let Err(error) = (campaign.prepare)() {
            eprintln!(
                "xtask torture: {} can't be prepared: {error:#}",
                campaign.name
            );
            return ExitCode::FAILURE;
        }
    }
    torture(&chosen, arguments)
}

fn torture(chosen: &[&Campaign], arguments: &TortureArguments) -> ExitCode {
    let seed = arguments.seed.unwrap_or_else(seed_of_the_moment);
    let whole = Duration::from_secs_f64(arguments.minutes * 60.0);
    let began = Instant::now();
    let mut failed = Vec::new();
    for (campaign, time) in chosen.iter().zip(shares(chosen, whole)) {
        eprintln!("--- {} for {:.0} s", campaign.name, time.as_secs_f64());
        match (campaign.run)(&Setting { time, seed }) {
            Ok(figures) => println!("{:10} passed: {figures}", campaign.name),
            Err(error) => {
                println!("{:10} FAILED: {error:#}", campaign.name);
                failed.push(campaign.name);
            }
        }
    }
    let minutes = began.elapsed().as_secs_f64() / 60.0;
    if failed.is_empty() {
        println!(
            "xtask torture: {} campaigns passed in {minutes:.1} min (--seed {seed})",
            chosen.len()
        );
        return ExitCode::SUCCESS;
    }
    println!(
        "xtask torture: failed at {} in {minutes:.1} min; again: cargo xtask torture --seed {seed} --only {}",
        failed.join(", "),
        failed.join(" --only ")
    );
    ExitCode::FAILURE
}

/// The campaigns of these names; all where none is named.
fn chosen<'a>(campaigns: &'a [Campaign], only: &[String]) -> Result<Vec<&'a Campaign>> {
    for name in only {
        if !campaigns.iter().any(|campaign| campaign.name == *name) {
            let names: Vec<&str> = campaigns.iter().map(|campaign| campaign.name).collect();
            bail!(
                "there is no campaign `{name}`; there are {}",
                names.join(", ")
            );
        }
    }
    let chosen: Vec<&Campaign> = campaigns
        .iter()
        .filter(|campaign| only.is_empty() || only.iter().any(|name| name == campaign.name))
        .collect();
    ensure!(!chosen.is_empty(), "there are no campaigns");
    Ok(chosen)
}

/// The time of each, by its share.
fn shares(chosen: &[&Campaign], whole: Duration) -> Vec<Duration> {
    let all: u32 = chosen.iter().map(|campaign| campaign.share).sum();
    chosen
        .iter()
        .map(|campaign| whole * campaign.share / all.max(1))
        .collect()
}

fn seed_of_the_moment() -> u64 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    now.map_or(1, |since| since.as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_each_has_a_share() {
        for campaign in CAMPAIGNS {
            let same = CAMPAIGNS.iter().filter(|other| other.name == campaign.name);
            assert_eq!(same.count(), 1, "{}", campaign.name);
            assert!(campaign.share > 0, "{}", campaign.name);
        }
    }

    #[test]
    fn the_time_is_dealt_by_shares_and_adds_up() {
        let all = chosen(CAMPAIGNS, &[]).unwrap();
        let whole = Duration::from_secs(900);
        let dealt: Duration = shares(&all, whole).iter().sum();
        assert!(whole.abs_diff(dealt) < Duration::from_millis(1));
        let one = chosen(CAMPAIGNS, &["soak".to_owned()]).unwrap();
        assert_eq!(shares(&one, whole), [whole]);
    }

    #[test]
    fn an_unknown_campaign_is_an_error_that_names_the_known() {
        let error = chosen(CAMPAIGNS, &["gatway".to_owned()]).unwrap_err();
        assert!(error.to_string().contains("gateway, "), "{error}");
    }
}
