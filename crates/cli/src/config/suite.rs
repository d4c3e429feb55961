//! The section `[suite]`: how to get the executable that is measured.

use std::path::PathBuf;

use serde::Deserialize;

/// The suite executable: a cargo package to build, or any executable with the command that builds it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Written")]
pub(crate) enum SuiteConfig {
    /// Built by cargo in release mode.
    Package {
        /// The package's name; it has one binary.
        name: String,
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
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    package: Option<String>,
    #[serde(default)]
    features: Vec<String>,
    executable: Option<PathBuf>,
    #[serde(default)]
    build: Vec<String>,
}

impl TryFrom<Written> for SuiteConfig {
    type Error = &'static str;

    fn try_from(written: Written) -> Result<Self, Self::Error> {
        match written {
            Written {
                package: Some(name),
                features,
                executable: None,
                build,
            } if build.is_empty() => Ok(Self::Package { name, features }),
            Written {
                package: None,
                features,
                executable: Some(path),
                build,
            } if features.is_empty() => Ok(Self::Executable { path, build }),
            Written {
                package: None,
                executable: None,
                ..
            } => Err("a suite needs `package = \"…\"` (a cargo package) or `executable = \"…\"`"),
            _ => Err(
                "`package` goes with `features`, `executable` with `build`; write one of the two",
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<SuiteConfig, String> {
        toml::from_str(text).map_err(|error| error.to_string())
    }

    #[test]
    fn a_suite_is_a_package_or_an_executable() {
        let package = SuiteConfig::Package {
            name: "p".into(),
            features: vec![],
        };
        assert_eq!(read("package = 'p'"), Ok(package));
        let built = SuiteConfig::Executable {
            path: "x".into(),
            build: vec!["make".into()],
        };
        assert_eq!(read("executable = 'x'\nbuild = ['make']"), Ok(built));
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
    }
}
