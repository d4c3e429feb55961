//! Passwords and tokens in arguments. Invariant: no message, log or process title holds them.
//!
//! Everybody on a machine can read the command lines of its processes. So whoever types one gets the same process
//! started anew, with the secret in its environment, which only its owner can read.

use std::convert::Infallible;
use std::ffi::{OsStr, OsString};
use std::fmt;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::process::CommandExt as _;
use std::process::{Command, ExitCode};
use std::str::FromStr;

use anyhow::Context as _;

/// The token of the gateway.
pub(crate) const TOKEN: &str = "FREEAGENTICS_TOKEN";
/// The bus.
#[cfg(feature = "nats")]
pub(crate) const NATS: &str = "FREEAGENTICS_NATS_URL";
/// The store.
pub(crate) const STORE: &str = "FREEAGENTICS_STORE";

/// A flag, the variable that may hold its value instead, and whether every value is secret or only addresses that name
/// somebody.
const PLACES: [(&str, &str, bool); 3] = [
    ("--token", TOKEN, true),
    ("--nats", "FREEAGENTICS_NATS_URL", false),
    ("--store", STORE, false),
];

/// Text that is not shown, not even in debug output.
#[derive(Clone)]
pub(crate) struct Secret(String);

impl Secret {
    /// The text itself, for whoever connects with it.
    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }
}

impl FromStr for Secret {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// Starts this process anew with the secrets of its command line in its environment, if there are any there; returns only
/// if there are none, or if that fails.
pub(crate) fn leave_command_line() -> anyhow::Result<()> {
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
        let bytes = argument.as_bytes();
        let found = PLACES.iter().find_map(|(flag, variable, always)| {
            let rest = bytes.strip_prefix(flag.as_bytes())?;
            let value = match rest {
                [] => arguments.peek().map(OsString::as_os_str)?,
                [b'=', value @ ..] => OsStr::from_bytes(value),
                _ => return None,
            };
            (*always || names_somebody(&value.to_string_lossy()))
                .then(|| (*variable, value.to_owned(), rest.is_empty()))
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

/// Whether an address has a user, and so perhaps a password, or is a token's.
fn names_somebody(address: &str) -> bool {
    address.contains("://") && (address.contains('@') || address.contains("password="))
}

/// Says what is wrong with the arguments, or gives the help that was asked for. A value at the wrong place may be secret
/// all the same: such words are left out.
pub(crate) fn refuse(error: &clap::Error) -> ExitCode {
    let text = error.render().to_string();
    let mut hidden = false;
    let mut shown = String::new();
    for piece in text.split_inclusive(char::is_whitespace) {
        let word = piece.trim_end();
        let secret = names_somebody(word);
        hidden |= secret;
        shown.push_str(if secret { "…" } else { word });
        shown.push_str(&piece[word.len()..]);
    }
    if !hidden {
        error.exit();
    }
    eprint!("{shown}");
    ExitCode::from(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn left(typed: &[&str]) -> (Vec<OsString>, Taken) {
        without_secrets(typed.iter().map(OsString::from))
    }

    #[test]
    fn secrets_leave_the_arguments_in_both_spellings() {
        for typed in [
            &["serve", "--token", "swordfish", "--json"][..],
            &["serve", "--token=swordfish", "--json"],
        ] {
            let (kept, taken) = left(typed);
            assert_eq!(kept, ["serve", "--json"]);
            assert_eq!(taken, [(TOKEN, OsString::from("swordfish"))]);
        }
        let (kept, taken) = left(&["snapshot", "--store=postgres://a:b@c/d"]);
        assert_eq!((kept.len(), taken.len()), (1, 1));
    }

    #[test]
    fn what_is_no_secret_stays() {
        let typed = [
            "serve",
            "--nats",
            "nats://127.0.0.1:4222",
            "--store",
            "a@b.db",
        ];
        let (kept, taken) = left(&typed);
        assert_eq!(kept, typed);
        assert!(taken.is_empty());
    }

    #[test]
    fn a_secret_is_not_shown() {
        let Ok(secret) = "swordfish".parse::<Secret>();
        assert!(!format!("{secret:?}").contains("swordfish"));
    }
}
