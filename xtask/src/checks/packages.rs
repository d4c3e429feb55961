//! Installs missing system packages where that is possible, else says how to get them.
//!
//! Invariant: what counts is whether the programs are there afterwards, not how apt-get ended: a package's own start of a
//! server may fail (in a container, say), and tests start servers of their own.

use std::ffi::OsStr;
use std::process::{Command, Stdio};

use anyhow::{Result, bail};

use crate::checks::Outcome;
use crate::checks::need::{NEEDS, Need};
use crate::process;

/// How packages can be installed here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Installer {
    /// `apt-get`, as root.
    Apt,
    /// `sudo apt-get`, without a password.
    SudoApt,
    /// Not at all.
    None,
}

/// Installs what is missing.
///
/// # Errors
/// If something is still missing afterwards: what, for which tests, and how to get it.
pub(crate) fn install_missing() -> Result<Outcome> {
    let missing = missing(&process::search_path());
    if missing.is_empty() {
        eprintln!("found: {}", listed(NEEDS.iter().map(|need| need.what)));
        return Ok(Outcome::Passed);
    }
    eprintln!("missing: {}", listed(missing.iter().map(|need| need.what)));
    let installer = installer();
    if installer != Installer::None {
        let is_ubuntu = os_release_id().is_some_and(|id| id == "ubuntu");
        let mut packages = packages(&missing, is_ubuntu);
        // A program that is there may come from elsewhere, and then the system's package would be in its way.
        packages.retain(|package| process::find(package, &process::search_path()).is_none());
        install(installer, &packages);
    }
    fetch(&missing_of(&missing, &process::search_path()));
    let folders = process::search_path();
    let missing = missing_of(&missing, &folders);
    if missing.is_empty() {
        return Ok(Outcome::Passed);
    }
    bail!(explanation(&missing, &folders, installer));
}

fn missing(folders: &OsStr) -> Vec<&'static Need> {
    missing_of(&NEEDS.iter().collect::<Vec<_>>(), folders)
}

fn missing_of(needs: &[&'static Need], folders: &OsStr) -> Vec<&'static Need> {
    let unmet = |need: &&&'static Need| !need.is_met(folders);
    needs.iter().filter(unmet).copied().collect()
}

/// A failure is a warning here, and an error if the program is missing afterwards.
fn fetch(missing: &[&Need]) {
    for need in missing {
        if let Some(Err(error)) = need.fetch.map(|fetch| fetch()) {
            eprintln!("warning: {} could not be fetched: {error:#}", need.what);
        }
    }
}

fn packages(missing: &[&Need], is_ubuntu: bool) -> Vec<&'static str> {
    missing
        .iter()
        .flat_map(|need| need.packages(is_ubuntu))
        .copied()
        .collect()
}

/// The list of packages is brought up to date once; a failure to do so may still leave the packages at hand.
fn install(installer: Installer, packages: &[&str]) {
    for arguments in [vec!["update"], install_arguments(packages)] {
        if let Err(error) = process::run(apt_get(installer).args(&arguments)) {
            eprintln!("warning: {error:#}");
        }
    }
}

fn install_arguments<'a>(packages: &[&'a str]) -> Vec<&'a str> {
    let mut arguments = vec!["install", "--yes", "--no-install-recommends"];
    arguments.extend(packages);
    arguments
}

fn apt_get(installer: Installer) -> Command {
    let mut command = match installer {
        Installer::SudoApt => {
            let mut command = Command::new("sudo");
            command.args(["--non-interactive", "env"]);
            command
        }
        Installer::Apt | Installer::None => Command::new("env"),
    };
    command.args(["DEBIAN_FRONTEND=noninteractive", "apt-get", "--quiet"]);
    // Another apt-get may be at work, such as the system's own nightly one.
    command.args(["--option", "DPkg::Lock::Timeout=300"]);
    command.stdin(Stdio::null());
    command
}

fn installer() -> Installer {
    if process::find("apt-get", &process::search_path()).is_none() {
        Installer::None
    } else if is_root() {
        Installer::Apt
    } else if process::succeeds(Command::new("sudo").args(["--non-interactive", "true"])) {
        Installer::SudoApt
    } else {
        Installer::None
    }
}

fn is_root() -> bool {
    let user = Command::new("id").arg("-u").stdin(Stdio::null()).output();
    user.is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

fn os_release_id() -> Option<String> {
    let text = std::fs::read_to_string("/etc/os-release").ok()?;
    let id = text.lines().find_map(|line| line.strip_prefix("ID="))?;
    Some(id.trim_matches('"').to_owned())
}

fn explanation(missing: &[&Need], folders: &OsStr, installer: Installer) -> String {
    let mut lines = vec![match installer {
        Installer::None => {
            "these are missing, and only root, or a user with passwordless sudo, on a system with apt-get has them installed by this command:"
                .to_owned()
        }
        Installer::Apt | Installer::SudoApt => {
            "these are still missing after apt-get install:".to_owned()
        }
    }];
    for need in missing {
        let programs = match need.missing(folders).as_slice() {
            [] => "what is here is too old".to_owned(),
            missing => listed(missing.iter().copied()),
        };
        let what = need.what;
        let (used_by, elsewhere) = (need.used_by, need.elsewhere);
        let mut debian = need.debian.join(" ");
        if need.fetch.is_some() {
            debian.push_str(", then this step again");
        }
        lines.push(format!(
            "  {what} ({programs}), for {used_by}\n    Debian: apt-get install {debian}; {elsewhere}"
        ));
    }
    lines.push("plain `cargo test` skips the tests that need them".to_owned());
    lines.join("\n")
}

fn listed<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    names.into_iter().collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_system_lacks_everything_and_is_told_how_to_get_it() {
        let nowhere = OsStr::new("");
        let missing = missing(nowhere);
        assert_eq!(missing.len(), NEEDS.len());
        let text = explanation(&missing, nowhere, Installer::None);
        for part in [
            "PostgreSQL",
            "initdb",
            "nats-server",
            "brew install",
            "sudo",
        ] {
            assert!(text.contains(part), "no {part} in:\n{text}");
        }
    }

    #[test]
    fn ubuntu_names_chromium_otherwise() {
        let missing = missing(OsStr::new(""));
        assert!(packages(&missing, false).contains(&"chromium"));
        assert!(packages(&missing, true).contains(&"chromium-browser"));
        assert!(packages(&missing, true).contains(&"postgresql"));
    }

    #[test]
    fn apt_get_asks_nothing() {
        for installer in [Installer::Apt, Installer::SudoApt] {
            let command = apt_get(installer);
            let words: Vec<_> = command.get_args().collect();
            assert!(words.contains(&OsStr::new("DEBIAN_FRONTEND=noninteractive")));
        }
        assert!(install_arguments(&["git"]).contains(&"--yes"));
    }
}
