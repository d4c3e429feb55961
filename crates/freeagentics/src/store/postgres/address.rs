//! What a database URL says. Invariant: nothing printed from here holds the password, not even in part.

use std::path::PathBuf;
use std::str::FromStr;

use percent_encoding::percent_decode_str;
use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode};

use crate::store::StoreError;

/// A parsed URL. No `Debug`: the configuration holds the password.
pub(super) struct Address {
    pub(super) config: Config,
    /// A file of trusted certificates; `None` for the system's.
    pub(super) authorities: Option<PathBuf>,
}

impl Address {
    pub(super) fn parse(url: &str) -> Result<Self, StoreError> {
        let (plain, parameters) = split(url);
        let mut kept = Vec::new();
        let mut mode = SslMode::Disable;
        let mut authorities = None;
        for parameter in parameters {
            match parameter.split_once('=') {
                Some(("sslmode", value)) => mode = ssl_mode(value)?,
                Some(("sslrootcert", value)) => {
                    authorities = Some(PathBuf::from(
                        percent_decode_str(value).decode_utf8_lossy().as_ref(),
                    ));
                }
                _ => kept.push(parameter),
            }
        }
        let mut url = plain.to_owned();
        if !kept.is_empty() {
            url.push('?');
            url.push_str(&kept.join("&"));
        }
        let mut config =
            Config::from_str(&url).map_err(|error| StoreError::bad_address(safe_reason(&error)))?;
        if config.get_hosts().is_empty() && config.get_hostaddrs().is_empty() {
            return Err(StoreError::bad_address("it names no host".to_owned()));
        }
        if config.get_user().is_none_or(str::is_empty) {
            return Err(StoreError::bad_address("it names no user".to_owned()));
        }
        config.ssl_mode(mode);
        Ok(Self {
            config,
            authorities,
        })
    }

    /// `user@host:port/database`, for messages.
    pub(super) fn name(&self) -> String {
        let config = &self.config;
        let host = match config.get_hosts().first() {
            Some(Host::Tcp(host)) => host.clone(),
            #[cfg(unix)]
            Some(Host::Unix(folder)) => folder.display().to_string(),
            None => config
                .get_hostaddrs()
                .first()
                .map_or_else(String::new, ToString::to_string),
        };
        let user = config.get_user().unwrap_or_default();
        let port = config.get_ports().first().copied().unwrap_or(5432);
        let database = config.get_dbname().unwrap_or(user);
        format!("PostgreSQL {user}@{host}:{port}/{database}")
    }
}

/// The part before the parameters, and the parameters. A `?` within the password does not count.
fn split(url: &str) -> (&str, Vec<&str>) {
    let credentials = url.find('@').map_or(0, |at| at + 1);
    match url[credentials..].find('?') {
        Some(at) => {
            let at = credentials + at;
            (&url[..at], url[at + 1..].split('&').collect())
        }
        None => (url, Vec::new()),
    }
}

fn ssl_mode(value: &str) -> Result<SslMode, StoreError> {
    match value {
        "disable" => Ok(SslMode::Disable),
        "allow" | "prefer" => Ok(SslMode::Prefer),
        "require" | "verify-ca" | "verify-full" => Ok(SslMode::Require),
        _ => Err(StoreError::bad_address(
            "sslmode must be disable, prefer, require, verify-ca or verify-full".to_owned(),
        )),
    }
}

/// The parser's complaint, reduced to words of ours: its own can repeat parts of the URL.
fn safe_reason(error: &tokio_postgres::Error) -> String {
    let detail = std::error::Error::source(error).map_or_else(String::new, ToString::to_string);
    let reason = if detail.contains("`port`") {
        "the port is not a number from 1 to 65535"
    } else if detail.contains("unknown option") {
        "it has a parameter this program does not know"
    } else if detail.contains("invalid value") {
        "a parameter has a value that is not allowed"
    } else {
        "it is not a URL of the form needed"
    };
    reason.to_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn refusal(url: &str) -> String {
        match Address::parse(url) {
            Ok(address) => panic!("accepted as {}", address.name()),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn names_the_server_without_the_password() {
        let address = Address::parse("postgres://ann:s3cret@db.example:6543/agents").ok();
        assert_eq!(
            address.map(|address| address.name()).as_deref(),
            Some("PostgreSQL ann@db.example:6543/agents")
        );
    }

    #[test]
    fn refusals_say_what_is_wrong() {
        for (url, part) in [
            ("postgres://ann:s3cret@host:port/db", "port"),
            ("postgres://ann:s3cret@host/db?color=red", "parameter"),
            ("postgres://ann:s3cret@/db", "no host"),
            ("postgres://host/db", "no user"),
            ("postgres://ann:s3cret@host/db?sslmode=maybe", "sslmode"),
        ] {
            let said = refusal(url);
            assert!(said.contains(part), "{url}: {said}");
            assert!(!said.contains("s3cret"), "{said}");
        }
    }

    #[test]
    fn tls_is_on_when_asked_for() {
        for (query, mode) in [
            ("", SslMode::Disable),
            ("?sslmode=disable", SslMode::Disable),
            ("?sslmode=require", SslMode::Require),
            (
                "?application_name=x&sslmode=verify-full&sslrootcert=%2Fa%20b.pem",
                SslMode::Require,
            ),
        ] {
            let address = Address::parse(&format!("postgres://u:p@h/d{query}"))
                .unwrap_or_else(|error| panic!("{query}: {error}"));
            assert_eq!(address.config.get_ssl_mode(), mode, "{query}");
            if query.contains("rootcert") {
                assert_eq!(address.authorities, Some(PathBuf::from("/a b.pem")));
                assert_eq!(address.config.get_application_name(), Some("x"));
            }
        }
    }

    proptest! {
        #[test]
        fn no_part_of_a_password_is_printed(
            password in "[a-zA-Z0-9?&=:/%#@\\[\\] ]{6,20}",
            rest in "(@host|@|)(:x|:5432|)(/db|)(\\?q=1|)",
        ) {
            let url = format!("postgres://user:{password}{rest}");
            match Address::parse(&url) {
                // What comes after an `@` within the password is taken for the host.
                Ok(address) if !password.contains(['@', '/']) => {
                    prop_assert!(!address.name().contains(&password));
                }
                Ok(_) => {}
                Err(error) => {
                    let said = format!("{error} {error:?}");
                    prop_assert!(!said.contains(&password), "{}", said);
                }
            }
        }
    }
}
