//! How to start a suite executable.

use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::secrets::{self, Told};

/// A suite executable with what it needs to start.
#[derive(Clone, PartialEq, Eq)]
pub struct Executable {
    path: PathBuf,
    arguments: Vec<OsString>,
    environment: Vec<(OsString, OsString)>,
    told: Told,
    directory: Option<PathBuf>,
}

impl Executable {
    /// The executable at `path`, without arguments, in this process's directory and environment.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self {
            path: path.into(),
            arguments: Vec::new(),
            environment: Vec::new(),
            told: Told::default(),
            directory: None,
        }
    }

    /// Adds an argument.
    #[must_use]
    pub fn argument(mut self, argument: impl Into<OsString>) -> Self {
        self.arguments.push(argument.into());
        self
    }

    /// Sets an environment variable.
    #[must_use]
    pub fn environment(mut self, name: impl Into<OsString>, value: impl Into<OsString>) -> Self {
        self.environment.push((name.into(), value.into()));
        self
    }

    /// Sets an environment variable to a password, a token, or an address with one. What the suite says is kept without it.
    #[must_use]
    pub fn secret(mut self, name: impl Into<OsString>, value: &str) -> Self {
        self.told.add(value);
        self.environment(name, value)
    }

    /// Sets the working directory.
    #[must_use]
    pub fn directory(mut self, directory: impl Into<PathBuf>) -> Self {
        self.directory = Some(directory.into());
        self
    }

    /// The same under another program, which gets `arguments`, then this executable and its arguments.
    pub(crate) fn under<A: Into<OsString>>(
        &self,
        program: &str,
        arguments: impl IntoIterator<Item = A>,
    ) -> Self {
        let mut all: Vec<OsString> = arguments.into_iter().map(Into::into).collect();
        all.push(self.path.clone().into());
        all.extend(self.arguments.iter().cloned());
        Self {
            path: program.into(),
            arguments: all,
            ..self.clone()
        }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What it must not repeat.
    pub(super) fn told(&self) -> &Told {
        &self.told
    }

    pub(super) fn command(&self) -> Command {
        let mut command = secrets::command(&self.path);
        command.args(&self.arguments);
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        if let Some(directory) = &self.directory {
            command.current_dir(directory);
        }
        command
    }
}

impl fmt::Debug for Executable {
    /// Without the values of variables.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.environment.iter().map(|(name, _)| name).collect();
        f.debug_struct("Executable")
            .field("path", &self.path)
            .field("arguments", &self.arguments)
            .field("environment", &names)
            .field("directory", &self.directory)
            .finish_non_exhaustive()
    }
}
