//! What is typed may be secret. Invariant: neither the process title nor what is said of wrong arguments holds it.
//!
//! Everybody on a machine can read the command lines of its processes. So whoever types a password or token gets the same
//! process started anew, with the secret in its environment, which only its owner can read.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::process::CommandExt as _;
use std::process::{Command, ExitCode};

use anyhow::Context as _;
use clap::CommandFactory as _;
use clap::error::{ContextKind, ContextValue};
use fabench_harness::secrets::{hidden, is_secret};
use fabench_report::printable_lines;

use crate::arguments::Arguments;
use crate::exit::Exit;
use crate::secret::{DATABASE, HISTORY, NATS, TOKEN};

/// A flag that may hold a secret, the variable that may hold it instead, and when it does.
struct Place {
    flag: &'static str,
    variable: &'static str,
    is_secret: fn(&str) -> bool,
}

const PLACES: [Place; 4] = [
    Place {
        flag: "--history",
        variable: HISTORY,
        is_secret,
    },
    Place {
        flag: "--database-url",
        variable: DATABASE,
        is_secret,
    },
    Place {
        flag: "--nats",
        variable: NATS,
        is_secret,
    },
    Place {
        flag: "--token",
        variable: TOKEN,
        is_secret: |_| true,
    },
];

/// Starts this process anew with the secrets of its command line in its environment, if there are any there; returns only
/// if there are none, or if that fails.
pub(crate) fn keep_secrets_off() -> anyhow::Result<()> {
    let mut arguments = std::env::args_os();
    let name = arguments.next().unwrap_or_default();
    let (kept, taken) = without_secrets(arguments);
    if taken.is_empty() {
        return Ok(());
    }
    let executable = std::env::current_exe().context("this executable can't be found")?;
    let variables: Vec<&str> = taken.iter().map(|(variable, _)| *variable).collect();
    let variables = variables.join(" and ");
    let error = Command::new(executable)
        .arg0(name)
        .args(kept)
        .envs(taken)
        .exec();
    Err(error).with_context(|| {
        format!("what is secret can't be taken off the command line; give it in {variables}")
    })
}

/// Variables and what they are to hold.
type Taken = Vec<(&'static str, OsString)>;

/// The arguments without the flags whose values are secret, and those values.
fn without_secrets(arguments: impl Iterator<Item = OsString>) -> (Vec<OsString>, Taken) {
    let (mut kept, mut taken) = (Vec::new(), Taken::new());
    let mut arguments = arguments.peekable();
    while let Some(argument) = arguments.next() {
        if argument == OsStr::new("--") {
            kept.push(argument);
            kept.extend(arguments);
            break;
        }
        let bytes = argument.as_bytes();
        let found = PLACES.iter().find_map(|place| {
            let rest = bytes.strip_prefix(place.flag.as_bytes())?;
            let value = match rest {
                [] => arguments.peek().map(OsString::as_os_str)?,
                [b'=', value @ ..] => OsStr::from_bytes(value),
                _ => return None,
            };
            (place.is_secret)(&value.to_string_lossy())
                .then(|| (place.variable, value.to_owned(), rest.is_empty()))
        });
        match found {
            Some((variable, value, is_next)) => {
                taken.push((variable, value));
                if is_next {
                    arguments.next();
                }
            }
            None => kept.push(argument),
        }
    }
    (kept, taken)
}

/// Says what is wrong with the arguments, or gives the help that was asked for. What was typed at the wrong place may be
/// secret all the same, or steer the terminal; what is hidden is not offered.
pub(crate) fn refuse(mut error: clap::Error) -> ExitCode {
    offer_no_hidden(&mut error);
    let said = error.render().to_string();
    let shown = printable_lines(&hidden(&said));
    if shown == said {
        error.exit();
    }
    eprint!("{shown}");
    Exit::Usage.into()
}

fn offer_no_hidden(error: &mut clap::Error) {
    let Some(ContextValue::Strings(mut offered)) = error.remove(ContextKind::SuggestedSubcommand)
    else {
        return;
    };
    let commands = Arguments::command();
    offered.retain(|name| {
        commands
            .find_subcommand(name)
            .is_none_or(|command| !command.is_hide_set())
    });
    if !offered.is_empty() {
        error.insert(
            ContextKind::SuggestedSubcommand,
            ContextValue::Strings(offered),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::Secret;

    fn left(typed: &[&str]) -> (Vec<String>, Vec<(&'static str, String)>) {
        let (kept, taken) = without_secrets(typed.iter().map(OsString::from));
        let text = |it: OsString| it.into_string().unwrap();
        (
            kept.into_iter().map(text).collect(),
            taken
                .into_iter()
                .map(|(name, it)| (name, text(it)))
                .collect(),
        )
    }

    #[test]
    fn secrets_leave_the_arguments_in_both_spellings() {
        for typed in [
            &["run", "--token", "swordfish", "--token-file", "x"][..],
            &["run", "--token=swordfish", "--token-file", "x"],
        ] {
            let (kept, taken) = left(typed);
            assert_eq!(kept, ["run", "--token-file", "x"]);
            assert_eq!(taken, [(TOKEN, "swordfish".to_owned())]);
        }
        let (kept, taken) = left(&[
            "run",
            "--nats=nats://t0ken@h",
            "--history",
            "postgres://a:b@c/d",
            "x",
        ]);
        assert_eq!(kept, ["run", "x"]);
        assert_eq!(taken.len(), 2);
    }

    #[test]
    fn what_is_no_secret_stays() {
        for typed in [
            &["run", "--", "--token", "x"][..],
            &[
                "run",
                "--history",
                "file.db",
                "--database-url=postgres://ann@host/db",
            ],
            &["run", "--nats", "nats://127.0.0.1:4222", "--history"],
        ] {
            let (kept, taken) = left(typed);
            assert_eq!(kept, typed);
            assert!(taken.is_empty());
        }
    }

    #[test]
    fn a_secret_is_not_shown() {
        let Ok(secret) = "swordfish".parse::<Secret>();
        assert!(!format!("{secret:?}").contains("swordfish"));
    }
}
