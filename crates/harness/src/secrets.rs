//! What must not be seen: passwords within addresses, tokens, and the variables that hold fabench's own.
//!
//! Invariant: no process that fabench starts finds a variable of [`WITHHELD`] in its environment, and what [`hidden`] gives
//! back holds no password of an address.

use std::borrow::Cow;
use std::ffi::OsStr;
use std::process::Command;

/// Variables in which fabench is told passwords and tokens. What a suite is to know of them is told under other names.
pub const WITHHELD: [&str; 4] = [
    "FABENCH_HISTORY",
    "FABENCH_DATABASE_URL",
    "FABENCH_NATS_URL",
    "FABENCH_WEBSOCKET_TOKEN",
];

/// What stands in place of a secret.
const HIDDEN: &str = "…";

/// Shorter texts are too common for each occurrence to be taken for the secret.
const SHORTEST: usize = 6;

/// A command with this process's environment, without the variables of [`WITHHELD`]. Every child of fabench is started by
/// one.
pub fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    for name in WITHHELD {
        command.env_remove(name);
    }
    command
}

/// Whether the text is an address with a password or a token in it.
pub fn is_secret(text: &str) -> bool {
    matches!(hidden(text), Cow::Owned(_))
}

/// `text` without the passwords and tokens of the addresses in it: `postgres://ann:…@host/runs`.
pub fn hidden(text: &str) -> Cow<'_, str> {
    let mut out = String::new();
    let mut kept = 0;
    while let Some((begin, end)) = next_secret(text, kept) {
        out.push_str(&text[kept..begin]);
        out.push_str(HIDDEN);
        kept = end;
    }
    if kept == 0 {
        return Cow::Borrowed(text);
    }
    out.push_str(&text[kept..]);
    Cow::Owned(out)
}

/// The first password or token from `from` on, as a range of bytes.
fn next_secret(text: &str, from: usize) -> Option<(usize, usize)> {
    let mut at = from;
    loop {
        let rest = &text[at..];
        let address = rest.find("://").map(|found| (at + found + 3, true));
        let parameter = rest
            .find("password=")
            .map(|found| (at + found + "password=".len(), false));
        let (begin, is_address) = match (address, parameter) {
            (Some(one), Some(other)) => one.min(other),
            (one, other) => one.or(other)?,
        };
        let found = if is_address {
            credentials(text, begin)
        } else {
            let ends = |c: char| c == '&' || ends_address(c);
            let end = text[begin..].find(ends).map_or(text.len(), |it| begin + it);
            (end > begin).then_some((begin, end))
        };
        match found {
            Some((begin, end)) if &text[begin..end] != HIDDEN => return Some((begin, end)),
            _ => at = begin,
        }
    }
}

/// What is secret of an address whose scheme ends at `begin`. A password may hold `/`, `?` and `@` that ought to be written
/// as `%2F`, `%3F` and `%40`.
fn credentials(text: &str, begin: usize) -> Option<(usize, usize)> {
    let rest = &text[begin..];
    let address = rest.split(ends_address).next().unwrap_or(rest);
    let authority = address.split(['/', '?', '#']).next().unwrap_or(address);
    let is_port = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let user_info = match authority.rfind('@') {
        // `user:pass@word/more@host` goes on after the first one.
        Some(at) if authority[at..].contains(':') && !is_port(after_colon(&authority[at..])) => {
            address.rfind('@')?
        }
        Some(at) => at,
        None if authority.contains(':') && !is_port(after_colon(authority)) => {
            address.rfind('@')?
        }
        None => return None,
    };
    let end = begin + user_info;
    match text[begin..end].find(':') {
        Some(colon) => Some((begin + colon + 1, end)),
        // Of a database that is the user's name; of others it may be a token.
        None if text[..begin].ends_with("postgres://")
            || text[..begin].ends_with("postgresql://") =>
        {
            None
        }
        None => Some((begin, end)),
    }
    .filter(|(begin, end)| begin < end)
}

fn after_colon(authority: &str) -> &str {
    authority.rsplit_once(':').map_or("", |(_, port)| port)
}

fn ends_address(c: char) -> bool {
    c.is_whitespace() || matches!(c, '"' | '\'' | '`' | '<' | '>')
}

/// Secrets that were told to a suite, to be kept out of what it says.
#[derive(Clone, Default, PartialEq, Eq)]
pub(crate) struct Told {
    whole: Vec<String>,
    /// Passwords within addresses: they may be ordinary words.
    parts: Vec<String>,
}

impl Told {
    /// Adds a secret: as it is, and the password in it where it is an address.
    pub(crate) fn add(&mut self, secret: &str) {
        self.whole.push(secret.to_owned());
        if let Some((begin, end)) = next_secret(secret, 0) {
            self.parts.push(secret[begin..end].to_owned());
        }
        for all in [&mut self.whole, &mut self.parts] {
            all.retain(|text| text.len() >= SHORTEST);
        }
    }

    /// Free text without them, and without passwords of other addresses.
    pub(crate) fn hide(&self, text: &str) -> String {
        let told = self.whole.iter().chain(&self.parts);
        let text = told.fold(text.to_owned(), |text, secret| text.replace(secret, HIDDEN));
        hidden(&text).into_owned()
    }

    /// A message of the protocol without them. A name that is somebody's password stays a name.
    pub(crate) fn hide_in_message(&self, line: Vec<u8>) -> Vec<u8> {
        match std::str::from_utf8(&line) {
            Ok(text) if self.whole.iter().any(|secret| text.contains(secret)) => {
                let told = self.whole.iter();
                told.fold(text.to_owned(), |text, secret| text.replace(secret, HIDDEN))
                    .into_bytes()
            }
            _ => line,
        }
    }
}

impl std::fmt::Debug for Told {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} secrets", self.whole.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_and_tokens_of_addresses_are_hidden_and_nothing_else() {
        for (text, shown) in [
            (
                "postgres://ann:s3cret@db:5432/runs",
                "postgres://ann:…@db:5432/runs",
            ),
            (
                "no `nats://t0ken@host`, no nats://b:c@d",
                "no `nats://…@host`, no nats://b:…@d",
            ),
            (
                "postgres://ann:s3/c?r@e@host/db",
                "postgres://ann:…@host/db",
            ),
            (
                "postgres://ann@host/db?password=s3cret&x=1",
                "postgres://ann@host/db?password=…&x=1",
            ),
            (
                "https://t0ken@example.org/a.git' failed",
                "https://…@example.org/a.git' failed",
            ),
            (
                "host=h password=s3cret user=ann",
                "host=h password=… user=ann",
            ),
        ] {
            assert_eq!(hidden(text), shown);
            assert!(is_secret(text) && !is_secret(shown), "{text}");
        }
        for text in [
            "postgres://ann@host/db",
            "http://host:80/a@2x.png",
            "a://",
            "a :// b@c",
            "file:///etc",
            "https://host/?mail=a@b",
        ] {
            assert_eq!(hidden(text), text);
        }
    }

    #[test]
    fn what_a_suite_was_told_is_hidden_whole_and_in_part() {
        let mut told = Told::default();
        told.add("postgres://ann:swordfish@host/db");
        told.add("t0ken-of-mine");
        told.add("db");
        assert_eq!(
            told.hide("swordfish, t0ken-of-mine: db, postgres://x:other@y"),
            "…, …: db, postgres://x:…@y"
        );
        let message = b"swordfish t0ken-of-mine".to_vec();
        assert_eq!(told.hide_in_message(message), "swordfish …".as_bytes());
    }

    #[test]
    fn children_do_not_get_them() {
        let command = command("true");
        let removed: Vec<_> = command
            .get_envs()
            .map(|(name, value)| (name.to_str(), value))
            .collect();
        for name in WITHHELD {
            assert!(removed.contains(&(Some(name), None)), "{name}");
        }
    }
}
