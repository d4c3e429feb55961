//! What a database URL says. Invariant: nothing printed from here holds the password, not even in part.

use std::path::PathBuf;
use std::str::FromStr as _;

use percent_encoding::percent_decode_str;
use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode};

use crate::HistoryError;

/// A parsed URL. No `Debug`: the configuration holds the password.
pub(super) struct Address {
    pub(super) config: Config,
    /// A file of trusted certificates; `None` for the system's.
    pub(super) authorities: Option<PathBuf>,
}

impl Address {
    /// `sslmode=require`, `verify-ca` or `verify-full` asks for TLS, checked against `sslrootcert=FILE` or the
    /// system's authorities. A password that the URL lacks is taken from `PGPASSWORD`.
    pub(super) fn parse(url: &str) -> Result<Self, HistoryError> {
        let (plain, parameters) = split(url);
        let mut kept = Vec::new();
        let mut mode = SslMode::Disable;
        let mut authorities = None;
        for parameter in parameters {
            match parameter.split_once('=') {
                Some(("sslmode", value)) => mode = ssl_mode(value)?,
                Some(("sslrootcert", value)) => {
                    let path = percent_decode_str(value).decode_utf8_lossy();
                    authorities = Some(PathBuf::from(path.as_ref()));
                }
                _ => kept.push(parameter),
            }
        }
        let mut url = plain.to_owned();
        if !kept.is_empty() {
            url.push('?');
            url.push_str(&kept.join("&"));
        }
        let mut config = Config::from_str(&url).map_err(|error| refuse(reason(&error)))?;
        if config.get_hosts().is_empty() && config.get_hostaddrs().is_empty() {
            return Err(refuse("it names no host"));
        }
        if config.get_user().is_none_or(str::is_empty) {
            return Err(refuse("it names no user"));
        }
        if config.get_password().is_none()
            && let Ok(password) = std::env::var("PGPASSWORD")
        {
            config.password(password);
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
    let credentials = url.rfind('@').map_or(0, |at| at + 1);
    match url[credentials..].find('?') {
        Some(at) => {
            let at = credentials + at;
            (&url[..at], url[at + 1..].split('&').collect())
        }
        None => (url, Vec::new()),
    }
}

fn ssl_mode(value: &str) -> Result<SslMode, HistoryError> {
    match value {
        "disable" => Ok(SslMode::Disable),
        "allow" | "prefer" => Ok(SslMode::Prefer),
        "require" | "verify-ca" | "verify-full" => Ok(SslMode::Require),
        _ => Err(refuse(
            "sslmode must be disable, prefer, require, verify-ca or verify-full",
        )),
    }
}

/// The parser's complaint, reduced to words of ours: its own can repeat parts of the URL.
fn reason(error: &tokio_postgres::Error) -> &'static str {
    let detail = std::error::Error::source(error).map_or_else(String::new, ToString::to_string);
    if detail.contains("`port`") {
        "the port is not a number from 1 to 65535"
    } else if detail.contains("unknown option") {
        "it has a parameter that is not known"
    } else if detail.contains("invalid value") {
        "a parameter has a value that is not allowed"
    } else {
        "it is not a URL of the form needed"
    }
}

fn refuse(reason: &str) -> HistoryError {
    HistoryError::Address {
        reason: reason.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_password_is_in_no_message() {
        let shown = |url: &str| match Address::parse(url) {
            Ok(address) => address.name(),
            Err(error) => format!("{error} {error:?}"),
        };
        assert_eq!(
            shown("postgres://ann:s3cret@db.example:6543/runs"),
            "PostgreSQL ann@db.example:6543/runs"
        );
        for (url, part) in [
            ("postgres://ann:s3cret@host:port/db", "port"),
            ("postgres://ann:s3cret@host/db?color=red", "parameter"),
            ("postgres://ann:s3cret@/db", "no host"),
            ("postgres://host/db", "no user"),
            ("postgres://ann:s3cret@host/db?sslmode=maybe", "sslmode"),
            ("postgres://ann:s3cret@[host/db", "can't be used"),
        ] {
            let said = shown(url);
            assert!(said.contains(part), "{url}: {said}");
            assert!(!said.contains("s3cret"), "{said}");
        }
    }
}
