//! The formats of a report, a file or folder each: all of the same shape.
//!
//! Invariant: a renderer is a pure function of finished values. The same value gives the same bytes, and no name, reason
//! or parameter in it can leave its place in the document.

mod csv;
mod html;
mod json;
mod junit;
mod markdown;
mod svg;
mod terminal;

use std::str::FromStr;

use fabench_gate::{Comparison, GoalOutcome};
use fabench_record::Run;

use crate::{RunLayout, Style};

pub use markdown::MARKDOWN_LIMIT;

/// Renders a finished value as one document, which ends in a line break.
pub trait Renderer {
    /// A run, and what became of the goals.
    fn run(&self, run: &Run, goals: &[GoalOutcome]) -> String;
    /// A comparison.
    fn comparison(&self, comparison: &Comparison) -> String;
}

/// A format that reports can be had in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// The tables that `run`, `check` and `compare` show.
    Terminal,
    /// The comment on a pull request.
    Markdown,
    /// The stored file, checked and written again.
    Json,
    /// One page that needs nothing else.
    Html,
    /// For CI systems that show test results.
    Junit,
    /// A line per metric, for spreadsheets.
    Csv,
    /// A picture: distributions of a run, cost ratios of a comparison.
    Svg,
}

/// A format that does not exist.
#[derive(Debug, thiserror::Error)]
#[error("there is no format `{0}`; formats are {names}", names = Format::names().join(", "))]
pub struct UnknownFormat(pub String);

impl Format {
    /// Every format with the name it is asked for by.
    pub const ALL: [(&'static str, Self); 7] = [
        ("terminal", Self::Terminal),
        ("markdown", Self::Markdown),
        ("json", Self::Json),
        ("html", Self::Html),
        ("junit", Self::Junit),
        ("csv", Self::Csv),
        ("svg", Self::Svg),
    ];

    /// The names of all formats.
    pub fn names() -> Vec<&'static str> {
        Self::ALL.iter().map(|(name, _)| *name).collect()
    }

    /// What renders it; only a terminal has a `style`.
    pub fn renderer(self, style: Style) -> Box<dyn Renderer> {
        self.renderer_laid_out(style, RunLayout::default())
    }

    /// The same; only a terminal has a `style` and a `layout`.
    pub fn renderer_laid_out(self, style: Style, layout: RunLayout) -> Box<dyn Renderer> {
        match self {
            Self::Terminal => Box::new(terminal::Terminal { style, layout }),
            Self::Markdown => Box::new(markdown::Markdown),
            Self::Json => Box::new(json::Json),
            Self::Html => Box::new(html::Html),
            Self::Junit => Box::new(junit::Junit),
            Self::Csv => Box::new(csv::Csv),
            Self::Svg => Box::new(svg::Svg),
        }
    }
}

impl FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(text: &str) -> Result<Self, UnknownFormat> {
        let found = Self::ALL.iter().find(|(name, _)| *name == text);
        found
            .map(|(_, format)| *format)
            .ok_or_else(|| UnknownFormat(text.to_owned()))
    }
}
