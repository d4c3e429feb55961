//! Flags of `fabench selftest`.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::run::Selection;

/// Flags of `fabench selftest`.
#[derive(Debug, Args)]
pub(crate) struct SelftestArguments {
    #[command(flatten)]
    pub(crate) selection: Selection,
    /// Time for all trials, in minutes. More of them support narrower bounds.
    #[arg(long, value_name = "MINUTES", default_value = "3", allow_negative_numbers = true, value_parser = minutes)]
    pub(crate) minutes: Duration,
    /// Seed of the order of the trials and of the launches.
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    pub(crate) seed: u64,
    /// Test with the kernels that are built into fabench; the default where no suite is configured.
    #[arg(long, conflicts_with = "suite")]
    pub(crate) builtin: bool,
    /// Test with this suite executable as it is, instead of building the one that fabench.toml names.
    #[arg(long, value_name = "EXECUTABLE")]
    pub(crate) suite: Option<PathBuf>,
}

/// Half a minute, so that a trial fits in, to a day.
fn minutes(text: &str) -> Result<Duration, String> {
    match text.trim().parse::<f64>() {
        Ok(minutes) if (0.5..=1440.0).contains(&minutes) => {
            Ok(Duration::from_secs_f64(minutes * 60.0))
        }
        _ => Err("expected minutes from 0.5 to 1440, for example 5".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minutes_hold_a_trial_and_end_some_day() {
        assert_eq!(minutes("0.5"), Ok(Duration::from_secs(30)));
        for bad in ["0", "-1", "0.4", "NaN", "inf", "1e9", "soon", ""] {
            assert!(minutes(bad).is_err(), "{bad}");
        }
    }
}
