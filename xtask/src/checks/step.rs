//! The steps of `cargo xtask test`: their names, their order, what each does.

use clap::ValueEnum;

/// One step. They run in the order in which they stand here: what fails fastest comes first, and the tests, whose closing
/// line matters most to a reader, come near the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Step {
    /// Install what tests need from the system: PostgreSQL, NATS, Chromium, Python, Node, actionlint; and cargo-deny
    System,
    /// Check formatting
    Fmt,
    /// Lint every target, warnings denied
    Clippy,
    /// Run the documentation's examples
    Doc,
    /// Run all tests, those with real servers and a browser too
    Test,
    /// Run the tests of unsafe code under valgrind
    Memory,
    /// Check dependencies: licences, duplicates, sources
    Deny,
}

impl Step {
    /// The name to type after `--only`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Fmt => "fmt",
            Self::Clippy => "clippy",
            Self::Doc => "doc",
            Self::Test => "test",
            Self::Memory => "memory",
            Self::Deny => "deny",
        }
    }

    /// What it does, in a few words.
    pub(crate) fn what(self) -> &'static str {
        match self {
            Self::System => "what tests need from the system, installed where missing",
            Self::Fmt => "formatting",
            Self::Clippy => "lints on every target, warnings denied",
            Self::Doc => "the documentation's examples",
            Self::Test => "all tests: unit, integration, real servers, a real browser",
            Self::Memory => "the tests of unsafe code, under valgrind",
            Self::Deny => "dependencies: licences, duplicates, sources",
        }
    }

    /// The command that runs this step alone.
    pub(crate) fn command(self) -> String {
        format!("cargo xtask test --only {}", self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_the_command_line() {
        for step in Step::value_variants() {
            let value = step.to_possible_value().unwrap();
            assert_eq!(value.get_name(), step.name());
        }
    }
}
