//! A suite executable that a person starts: it explains itself, and misuse ends with the documented codes.

mod support;

use std::process::{Command, Output};

use support::fixture;

fn start(arguments: &[&str], variables: &[(&str, &str)]) -> Output {
    Command::new(fixture("fixture-suite"))
        .args(arguments)
        .envs(variables.iter().copied())
        .output()
        .unwrap()
}

#[test]
fn it_says_what_it_is_and_lists_what_it_offers() {
    let plain = start(&[], &[]);
    let text = String::from_utf8(plain.stdout).unwrap();
    assert!(plain.status.success());
    assert!(
        text.contains("fabench run") && text.contains("fixture/steady"),
        "{text}"
    );

    let list = start(&["--list"], &[]);
    let text = String::from_utf8(list.stdout).unwrap();
    assert!(
        text.lines()
            .all(|line| line.trim_start().starts_with("fixture/")),
        "{text}"
    );
}

#[test]
fn unknown_arguments_are_usage_errors() {
    let output = start(&["--fast"], &[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty());
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(
        text.contains("`--fast`") && text.contains("fabench run"),
        "{text}"
    );
}

#[test]
fn a_channel_that_is_none_is_an_error_with_a_remedy() {
    for number in ["", "2", "x", "-1", "77", "99999999999"] {
        let output = start(&[], &[("FABENCH_WORKER_FD", number)]);
        assert_eq!(output.status.code(), Some(1), "{number}");
        let text = String::from_utf8(output.stderr).unwrap();
        assert!(text.contains("unset it to run by hand"), "{number}: {text}");
    }
}
