//! The section `[suite]`: how to get what is measured.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::Deserialize;

use super::command::{self, CommandConfig};
use super::memory_limit::MemoryLimit;

/// The section: what is measured, and in how much memory.
#[derive(Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(try_from = "Written")]
#[schemars(with = "Written", rename = "SuiteConfig")]
pub(super) struct Section {
    pub(super) what: SuiteConfig,
    pub(super) memory_limit: Option<MemoryLimit>,
}

/// What is measured: a cargo package to build, an executable with the command that builds it, or any command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum SuiteConfig {
    /// Built by cargo in release mode.
    Package {
        /// The package's name; it has one program, unless a bench target is named.
        name: String,
        /// A bench target of it (`harness = false`), in place of its program.
        bench: Option<String>,
        /// Features to build it with.
        features: Vec<String>,
    },
    /// Built by somebody else's command, or there already.
    Executable {
        /// Path, relative to the configuration's folder.
        path: PathBuf,
        /// Command and arguments that build it, run in the configuration's folder.
        build: Vec<String>,
    },
    /// A command in any language.
    Command(CommandConfig),
}

/// A program that has to be there before anything can be built or measured.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Program {
    /// A name, or a path.
    pub(crate) name: String,
    /// Where a relative path starts from.
    pub(crate) folder: PathBuf,
    /// Where a name is looked for, if not where fabench itself would.
    pub(crate) path: Option<OsString>,
}

impl SuiteConfig {
    /// What is started first, for the checkout at `root`. What a build makes need not be there yet.
    pub(crate) fn programs(&self, root: &Path) -> Vec<Program> {
        let here = |name: &str| Program {
            name: name.to_owned(),
            folder: root.to_owned(),
            path: None,
        };
        match self {
            // Cargo says more of a package than can be said here.
            Self::Package { .. } => Vec::new(),
            Self::Executable { path, build } => match build.first() {
                Some(builder) => vec![here(builder)],
                None => vec![here(&root.join(path).to_string_lossy())],
            },
            Self::Command(command) => match command.build().first() {
                Some(builder) => vec![here(builder)],
                None => command.programs(root),
            },
        }
    }
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Written {
    /// A cargo package with one program.
    package: Option<String>,
    /// A bench target of that package (`harness = false`), in place of its program.
    bench: Option<String>,
    /// Features to build it with.
    #[serde(default)]
    features: Vec<String>,
    /// An executable, in place of a package.
    #[schemars(with = "Option<String>")]
    executable: Option<PathBuf>,
    /// Command and arguments that build it.
    #[serde(default)]
    build: Vec<String>,
    /// A command in any language, in place of both.
    command: Option<Vec<String>>,
    #[serde(default)]
    commands: BTreeMap<String, Vec<String>>,
    name: Option<String>,
    format: Option<String>,
    /// Where the command writes its results: a file, or a folder such as `target/criterion`; standard output without it.
    output: Option<String>,
    directory: Option<PathBuf>,
    #[serde(default)]
    environment: BTreeMap<String, String>,
    timeout: Option<f64>,
    /// How much memory one launch may hold with all that it starts, for example `"4 GiB"`; three quarters of the machine's by default.
    memory_limit: Option<MemoryLimit>,
}

impl Written {
    fn is_command(&self) -> bool {
        self.command.is_some() || !self.commands.is_empty()
    }

    /// Whether something is there that only a command has.
    fn has_parts_of_a_command(&self) -> bool {
        self.name.is_some()
            || self.format.is_some()
            || self.output.is_some()
            || self.directory.is_some()
            || !self.environment.is_empty()
            || self.timeout.is_some()
    }
}

impl TryFrom<Written> for Section {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, Self::Error> {
        Ok(Self {
            memory_limit: written.memory_limit,
            what: written.try_into()?,
        })
    }
}

impl TryFrom<Written> for SuiteConfig {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, Self::Error> {
        if written.is_command() {
            if written.package.is_some()
                || written.executable.is_some()
                || written.bench.is_some()
                || !written.features.is_empty()
            {
                return Err(
                    "a suite is a `package`, an `executable` or a `command`; write one of them"
                        .into(),
                );
            }
            return Ok(Self::Command(CommandConfig {
                yields: command::yields(
                    written.command,
                    written.commands,
                    written.format,
                    written.output,
                )?,
                name: written.name,
                directory: written.directory.unwrap_or_default(),
                build: written.build,
                environment: written.environment,
                timeout: command::timeout(written.timeout)?,
            }));
        }
        if written.has_parts_of_a_command() {
            return Err("`name`, `format`, `output`, `directory`, `environment` and `timeout` go with `command = [\"…\"]`".into());
        }
        match written {
            Written {
                package: Some(name),
                bench,
                features,
                executable: None,
                build,
                ..
            } if build.is_empty() => Ok(Self::Package {
                name,
                bench,
                features,
            }),
            Written {
                package: None,
                bench: None,
                features,
                executable: Some(path),
                build,
                ..
            } if features.is_empty() => Ok(Self::Executable { path, build }),
            Written {
                package: None,
                executable: None,
                ..
            } => Err(
                "a suite needs `package = \"…\"` (a cargo package), `executable = \"…\"` or `command = [\"…\"]`"
                    .into(),
            ),
            _ => Err(
                "`package` goes with `bench` and `features`, `executable` with `build`; write one of the two".into(),
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<SuiteConfig, String> {
        let section: Result<Section, _> = toml::from_str(text);
        section
            .map(|section| section.what)
            .map_err(|error| error.to_string())
    }

    #[test]
    fn a_suite_is_a_package_an_executable_or_a_command() {
        let package = SuiteConfig::Package {
            name: "p".into(),
            bench: None,
            features: vec![],
        };
        assert_eq!(read("package = 'p'"), Ok(package));
        let target = SuiteConfig::Package {
            name: "p".into(),
            bench: Some("b".into()),
            features: vec!["f".into()],
        };
        assert_eq!(
            read("package = 'p'\nbench = 'b'\nfeatures = ['f']"),
            Ok(target)
        );
        let built = SuiteConfig::Executable {
            path: "x".into(),
            build: vec!["make".into()],
        };
        assert_eq!(read("executable = 'x'\nbuild = ['make']"), Ok(built));
        for command in [
            "command = ['go', 'test']\nformat = 'go'\nbuild = ['go', 'build']\ntimeout = 30",
            "command = ['./x']\nformat = 'command'",
            "[commands]\na = ['x']\n'b/c' = ['y']",
        ] {
            assert!(
                matches!(read(command), Ok(SuiteConfig::Command(_))),
                "{command}"
            );
        }
    }

    #[test]
    fn mixtures_and_unknown_keys_are_refused() {
        assert!(read("").unwrap_err().contains("package"));
        assert!(
            read("package = 'p'\nexecutable = 'x'")
                .unwrap_err()
                .contains("one of the two")
        );
        assert!(read("package = 'p'\nbuild = ['make']").is_err());
        assert!(read("packge = 'p'").unwrap_err().contains("packge"));
        for (text, said) in [
            ("package = 'p'\ncommand = ['x']", "write one of them"),
            ("package = 'p'\nformat = 'go'", "go with `command"),
            ("command = ['x']\nformat = 'gotest'", "pytest-benchmark"),
            ("command = []\nformat = 'go'", "needs a `command"),
            (
                "format = 'go'\n[commands]\na = ['x']",
                "`format = \"command\"`",
            ),
            (
                "command = ['x']\nformat = 'command'\noutput = 'y'",
                "reads none",
            ),
            ("command = ['x']\ntimeout = 0", "in seconds"),
            ("[commands]\n'a/../b' = ['x']", "not a benchmark id"),
        ] {
            let error = read(text).unwrap_err();
            assert!(error.contains(said), "{text}: {error}");
        }
    }
}
