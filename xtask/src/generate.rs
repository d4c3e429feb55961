//! `cargo xtask generate`: files that are made from the definitions of the command line and of files, and kept in the repository, so
//! that packagers need not run the program. A test of `fabench` says when they are out of date.

use std::fs;
use std::process::Stdio;

use anyhow::{Context, Result, bail};

use crate::{process, workspace};

/// Shells, with the file names that each looks for.
const SHELLS: [(&str, &str); 5] = [
    ("bash", "fabench.bash"),
    ("elvish", "fabench.elv"),
    ("fish", "fabench.fish"),
    ("powershell", "_fabench.ps1"),
    ("zsh", "_fabench"),
];

/// Writes `docs/completions/`, `docs/man/` and `docs/schemas/` anew.
///
/// # Errors
/// If fabench does not build, or a file can't be written.
pub(crate) fn run() -> Result<()> {
    let folder = workspace::root().join("docs").join("completions");
    fs::create_dir_all(&folder)?;
    for (shell, file) in SHELLS {
        let mut command = process::cargo();
        command.args(["run", "--quiet", "--package", "fabench", "--"]);
        command
            .args(["completions", shell])
            .stderr(Stdio::inherit());
        let output = command.output().context("cargo could not be started")?;
        if !output.status.success() {
            bail!("fabench could not write the completions of {shell}");
        }
        let path = folder.join(file);
        fs::write(&path, output.stdout)
            .with_context(|| format!("{} could not be written", path.display()))?;
    }
    let pages = workspace::root().join("docs").join("man");
    // A page of a command that is gone must go, too.
    if pages.exists() {
        fs::remove_dir_all(&pages)?;
    }
    for (written, folder) in [
        ("man", pages),
        ("schemas", workspace::root().join("docs").join("schemas")),
    ] {
        let mut command = process::cargo();
        command.args(["run", "--quiet", "--package", "fabench", "--", written]);
        process::run(command.arg(folder))?;
    }
    Ok(())
}
