//! What a suite executable says to a person who starts it without `fabench`.

use std::io::{self, Write};
use std::process::ExitCode;

use super::SuiteCatalogue;
use crate::worker::Catalogue;

/// Answers the arguments. Exit codes: 0 fine, 1 standard output is gone, 2 unknown arguments.
pub(super) fn answer(
    catalogue: &SuiteCatalogue,
    arguments: impl Iterator<Item = String>,
) -> ExitCode {
    match respond(catalogue, arguments, &mut io::stdout().lock()) {
        Ok(Ok(())) => ExitCode::SUCCESS,
        Ok(Err(unknown)) => {
            let _ = writeln!(
                io::stderr(),
                "error: unknown argument `{unknown}`; this suite knows --list, --help and --version, \
                 everything else is an option of `fabench run`"
            );
            ExitCode::from(2)
        }
        Err(_) => ExitCode::FAILURE,
    }
}

fn respond(
    catalogue: &SuiteCatalogue,
    arguments: impl Iterator<Item = String>,
    out: &mut impl Write,
) -> io::Result<Result<(), String>> {
    let hello = catalogue.hello();
    let mut list = false;
    for argument in arguments {
        match argument.as_str() {
            "--list" => list = true,
            "--version" => {
                writeln!(out, "{} {}", hello.suite, hello.version)?;
                return Ok(Ok(()));
            }
            // `cargo bench` passes --bench to every bench target.
            "--help" | "-h" | "--bench" => {}
            _ => return Ok(Err(argument)),
        }
    }
    if !list {
        writeln!(
            out,
            "{} {}: a benchmark suite for fabench.\n\n\
             It measures when fabench starts it:\n  \
             fabench run                 with this suite named in fabench.toml\n  \
             fabench run --suite PATH    with the path of this executable\n\n\
             Options:\n  \
             --list     print the benchmarks and end\n  \
             --version  print name and version and end\n\n\
             Benchmarks:",
            hello.suite, hello.version
        )?;
    }
    let width = catalogue
        .declarations()
        .iter()
        .map(|one| one.id.as_str().chars().count())
        .max();
    for one in catalogue.declarations() {
        writeln!(
            out,
            "  {:width$}  {}",
            one.id,
            one.description,
            width = width.unwrap_or_default()
        )?;
    }
    Ok(Ok(()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Benchmark;
    use crate::suite::Suite;

    fn answers(arguments: &[&str]) -> (Result<(), String>, String) {
        let suite =
            Suite::new("words", "1.2.3").add(Benchmark::new("a/b", "counts words"), |_| Ok(()));
        let mut out = Vec::new();
        let catalogue = SuiteCatalogue::new(suite).unwrap();
        let arguments = arguments.iter().map(|text| (*text).to_owned());
        let answer = respond(&catalogue, arguments, &mut out).unwrap();
        (answer, String::from_utf8(out).unwrap())
    }

    #[test]
    fn says_what_it_is_and_what_it_offers() {
        let (answer, text) = answers(&[]);
        assert_eq!(answer, Ok(()));
        for part in ["words 1.2.3", "fabench run", "a/b", "counts words"] {
            assert!(text.contains(part), "{part}: {text}");
        }
        assert_eq!(answers(&["--list"]).1, "  a/b  counts words\n");
        assert_eq!(answers(&["--version"]).1, "words 1.2.3\n");
        assert_eq!(answers(&["--bench"]).0, Ok(()));
    }

    #[test]
    fn unknown_arguments_are_refused_by_name() {
        assert_eq!(answers(&["--list", "--fast"]).0, Err("--fast".into()));
    }
}
