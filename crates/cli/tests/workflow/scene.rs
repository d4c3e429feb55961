//! A scratch repository with a remote, as a runner would check it out.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use crate::support::fixture_suite;

pub(crate) struct Scene {
    folder: TempDir,
}

impl Scene {
    /// A repository whose first commit is fast and whose second is slow, each with a suite of one benchmark.
    pub(crate) fn new() -> Self {
        let scene = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        for folder in ["repository", "temporary", "bin"] {
            fs::create_dir(scene.path(folder)).unwrap();
        }
        symlink(env!("CARGO_BIN_EXE_fabench"), scene.path("bin/fabench")).unwrap();
        scene.git(&["init", "--quiet", "--bare", "../remote.git"]);
        scene.git(&["init", "--quiet", "--initial-branch=main"]);
        let toml = "[suite]\nexecutable = 'suite.sh'\nbuild = ['true']\n";
        fs::write(scene.path("repository/fabench.toml"), toml).unwrap();
        for (trouble, message) in [("fewer", "fast"), ("fewer-slow", "slow")] {
            let suite = scene.path("repository/suite.sh");
            let script = format!(
                "#!/bin/sh\nCLI_FIXTURE={trouble} exec '{}' \"$@\"\n",
                fixture_suite().display()
            );
            fs::write(&suite, script).unwrap();
            fs::set_permissions(&suite, fs::Permissions::from_mode(0o755)).unwrap();
            scene.git(&["add", "fabench.toml", "suite.sh"]);
            scene.git(&["commit", "--quiet", "--message", message]);
        }
        scene
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn repository(&self) -> PathBuf {
        self.path("repository")
    }

    /// Trimmed output of git in the repository.
    pub(crate) fn git(&self, arguments: &[&str]) -> String {
        let identity = [
            "-c",
            "user.name=t",
            "-c",
            "user.email=t@example.org",
            "-c",
            "commit.gpgsign=false",
        ];
        let output = Command::new("git")
            .current_dir(self.path("repository"))
            .args(identity)
            .args(arguments)
            .output()
            .unwrap();
        assert!(output.status.success(), "git {arguments:?}: {output:?}");
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }

    /// What a runner sets for every step.
    pub(crate) fn environment(&self) -> BTreeMap<&'static str, String> {
        let path = std::env::var("PATH").unwrap_or_default();
        let shown = |name: &str| self.path(name).display().to_string();
        BTreeMap::from([
            ("PATH", format!("{}:{path}", shown("bin"))),
            ("RUNNER_TEMP", shown("temporary")),
            ("GITHUB_ACTIONS", "true".to_owned()),
            ("GITHUB_STEP_SUMMARY", shown("summary.md")),
            ("GITHUB_SHA", self.git(&["rev-parse", "HEAD"])),
            ("DATA_REMOTE", shown("remote.git")),
        ])
    }

    /// A `gh` that answers as the service would, and keeps what it was asked and the body it was given.
    pub(crate) fn stand_in_for_gh(&self, answers: &[(&str, &str)]) {
        let mut script = format!(
            "#!/bin/sh\nasked='{}'\nprintf '%s\\n' \"$*\" >> \"$asked\"\n",
            self.path("asked").display()
        );
        script.push_str("case \"$*\" in\n");
        for (part, answer) in answers {
            script.push_str(&format!("*'{part}'*) printf '%s\\n' '{answer}' ;;\n"));
        }
        script.push_str("esac\n");
        let path = self.path("bin/gh");
        fs::write(&path, script).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }

    pub(crate) fn asked(&self) -> String {
        let file = self.path("asked");
        let asked = fs::read_to_string(&file).unwrap_or_default();
        let _ = fs::remove_file(file);
        asked
    }
}

/// A file of this project.
pub(crate) fn own(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .join(name)
}
