//! What must not be seen: a token in an argument. Invariant: no message, record or process title holds it.
//!
//! Everybody on a machine can read the command lines of its processes. So whoever types `--token` gets the same
//! process started anew, with the token in its environment, which only its owner can read.

use std::convert::Infallible;
use std::ffi::{OsStr, OsString};
use std::fmt;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::process::CommandExt as _;
use std::process::Command;
use std::str::FromStr;

use anyhow::Context as _;

/// The variable that holds the token of the WebSocket server that is measured.
pub(crate) const TOKEN_VARIABLE: &str = "FABENCH_WEBSOCKET_TOKEN";
/// The flag that may hold it instead.
const FLAG: &str = "--token";

/// Text that is not shown, not even in debug output.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Secret(String);

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

/// Starts this process anew with `secret` in its environment instead of its command line; returns only if that fails.
pub(crate) fn leave_command_line(secret: &Secret) -> anyhow::Error {
    let mut arguments = std::env::args_os();
    let name = arguments.next().unwrap_or_default();
    let executable = match std::env::current_exe().context("this executable can't be found") {
        Ok(executable) => executable,
        Err(error) => return error,
    };
    let error = Command::new(executable)
        .arg0(name)
        .args(without_token(arguments))
        .env(TOKEN_VARIABLE, &secret.0)
        .exec();
    anyhow::Error::new(error).context(format!(
        "the token can't be taken off the command line; give it in {TOKEN_VARIABLE}"
    ))
}

/// The arguments without the flag and its value.
fn without_token(arguments: impl Iterator<Item = OsString>) -> Vec<OsString> {
    let mut kept = Vec::new();
    let mut arguments = arguments;
    while let Some(argument) = arguments.next() {
        if argument == OsStr::new("--") {
            kept.push(argument);
            kept.extend(arguments);
            break;
        }
        if argument == OsStr::new(FLAG) {
            let _ = arguments.next();
        } else if !is_flag_with_value(&argument) {
            kept.push(argument);
        }
    }
    kept
}

fn is_flag_with_value(argument: &OsStr) -> bool {
    let rest = argument.as_bytes().strip_prefix(FLAG.as_bytes());
    rest.is_some_and(|rest| rest.starts_with(b"="))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_token_leaves_the_arguments_in_both_spellings() {
        for typed in [
            &["run", "--token", "swordfish", "--token-file", "x"][..],
            &["run", "--token=swordfish", "--token-file", "x"],
        ] {
            let left = without_token(typed.iter().map(OsString::from));
            assert_eq!(left, ["run", "--token-file", "x"]);
        }
        let after = without_token(["run", "--", "--token", "x"].iter().map(OsString::from));
        assert_eq!(after, ["run", "--", "--token", "x"]);
    }

    #[test]
    fn a_secret_is_not_shown() {
        let Ok(secret) = "swordfish".parse::<Secret>();
        assert!(!format!("{secret:?}").contains("swordfish"));
    }
}
