//! Exit codes: the one place that says what each means; `--help` shows these words.

use std::process::ExitCode;

/// How fabench ends. Never silently 0: each variant is a public promise to scripts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Everything asked for was done, or only a report was asked for.
    Pass,
    /// The tool or a benchmark failed, or an input could not be used.
    Failed,
    /// A flag or a name on the command line does not exist.
    Usage,
    /// A regression, a missed goal, or a baseline update refused because of a regression.
    Gate,
    /// Nothing to compare, a quick result offered as baseline, or undecided with `--fail-on-inconclusive`.
    Undecided,
    /// Interrupted by Ctrl-C or a termination signal.
    Interrupted,
}

impl Exit {
    /// The number that the process ends with.
    pub(crate) fn code(self) -> u8 {
        match self {
            Self::Pass => 0,
            Self::Failed => 1,
            Self::Usage => 2,
            Self::Gate => 3,
            Self::Undecided => 4,
            Self::Interrupted => 130,
        }
    }

    /// What `--help` says of the codes.
    pub(crate) const HELP: &'static str = "\
Exit codes:
  0    pass, or only a report was asked for
  1    the tool or a benchmark failed, or an input could not be used
  2    a wrong flag or name
  3    regression (--fail-on-regression), missed goal (--fail-on-goal),
       or baseline update refused because of a regression
  4    nothing to compare, a quick result offered as baseline,
       or something undecided (--fail-on-inconclusive)
  130  interrupted";
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

/// A mistake on the command line that only shows once the suite or the configuration is known.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct UsageError(pub(crate) String);

/// The user or the system asked the process to end before there was anything to save.
#[derive(Debug, thiserror::Error)]
#[error("interrupted; nothing was saved")]
pub(crate) struct Interrupted;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_help_names_every_code() {
        for exit in [
            Exit::Pass,
            Exit::Failed,
            Exit::Usage,
            Exit::Gate,
            Exit::Undecided,
            Exit::Interrupted,
        ] {
            let code = exit.code();
            assert!(
                Exit::HELP.contains(&format!("\n  {code} ")),
                "{code} is not in the help"
            );
        }
    }
}
