//! Colour, or none: the caller knows whether it writes to a terminal.

use anstyle::{AnsiColor, Effects, Style as Ansi};

/// Whether text carries terminal colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// No escape sequences at all.
    Plain,
    /// ANSI colours.
    Colour,
}

impl Style {
    /// A heading.
    pub fn bold(self, text: &str) -> String {
        self.paint(text, Ansi::new().effects(Effects::BOLD))
    }

    /// Something of less weight.
    pub fn dim(self, text: &str) -> String {
        self.paint(text, Ansi::new().effects(Effects::DIMMED))
    }

    /// Something that went well or got better.
    pub fn good(self, text: &str) -> String {
        self.paint(text, AnsiColor::Green.on_default())
    }

    /// Something to look at.
    pub fn notice(self, text: &str) -> String {
        self.paint(text, AnsiColor::Yellow.on_default())
    }

    /// Something that failed or got worse.
    pub fn bad(self, text: &str) -> String {
        self.paint(text, AnsiColor::Red.on_default().effects(Effects::BOLD))
    }

    fn paint(self, text: &str, ansi: Ansi) -> String {
        match self {
            Self::Plain => text.to_owned(),
            Self::Colour => format!("{ansi}{text}{ansi:#}"),
        }
    }
}
