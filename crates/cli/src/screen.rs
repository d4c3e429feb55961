//! The only place that prints: results to standard output, progress and warnings to standard error.

use std::io::{IsTerminal as _, Write as _};

use anstream::ColorChoice;
use fabench_harness::secrets::hidden;
use fabench_report::{Style, printable_lines};

/// Standard output and standard error, and whether each is a terminal that takes colour.
#[derive(Debug)]
pub(crate) struct Screen {
    style: Style,
    error_style: Style,
    errors_to_terminal: bool,
}

impl Screen {
    /// Looks at the two streams and at `NO_COLOR`, `CLICOLOR` and `TERM`.
    pub(crate) fn new() -> Self {
        let style = |choice| {
            if choice == ColorChoice::Never {
                Style::Plain
            } else {
                Style::Colour
            }
        };
        Self {
            style: style(anstream::AutoStream::choice(&std::io::stdout())),
            error_style: style(anstream::AutoStream::choice(&std::io::stderr())),
            errors_to_terminal: std::io::stderr().is_terminal(),
        }
    }

    /// Colour or none on standard output.
    pub(crate) fn style(&self) -> Style {
        self.style
    }

    /// Whether standard error is a terminal.
    pub(crate) fn errors_to_terminal(&self) -> bool {
        self.errors_to_terminal
    }

    /// Prints to standard output. A closed pipe (`| head`) is no error.
    pub(crate) fn print(&self, text: &str) {
        let mut out = std::io::stdout().lock();
        let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    }

    /// Says on standard error what takes time now.
    pub(crate) fn progress(&self, text: &str) {
        let _ = writeln!(std::io::stderr(), "{}", lines(text));
    }

    /// Prints a warning to standard error.
    pub(crate) fn warn(&self, text: &str) {
        let _ = writeln!(
            std::io::stderr(),
            "{}: {}",
            self.error_style.notice("warning"),
            lines(text)
        );
    }

    /// Says on standard error that something asked for was not done.
    pub(crate) fn refuse(&self, text: &str) {
        let _ = writeln!(
            std::io::stderr(),
            "{}: {}",
            self.error_style.bad("refused"),
            lines(text)
        );
    }

    /// Prints an error and its causes to standard error.
    pub(crate) fn fail(&self, error: &anyhow::Error) {
        let _ = writeln!(
            std::io::stderr(),
            "{}: {}",
            self.error_style.bad("error"),
            lines(&format!("{error:#}"))
        );
    }
}

/// Messages quote what was typed, what files hold and what other programs said: none of that may steer a terminal or hold
/// a password.
fn lines(text: &str) -> String {
    printable_lines(&hidden(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_keeps_its_lines_and_steers_no_terminal() {
        assert_eq!(
            lines("one\n\u{1b}[31mtwo\r\u{202e}"),
            "one\n\\u{1b}[31mtwo\\r\\u{202e}"
        );
    }
}
