//! Pictures of finished values as SVG: how samples are spread, and what a comparison found.
//!
//! Invariant: a picture is a pure function of what it shows, carries no script, reads in light and dark, and says its
//! units and on how many launches and samples it rests.

mod axis;
mod box_plot;
mod canvas;
mod distribution;
mod forest;
mod group;
mod samples;
mod sheet;
mod style;

pub(crate) use canvas::{Anchor, Canvas};
pub(crate) use distribution::distribution;
pub(crate) use forest::forest;
pub(crate) use group::group;
pub(crate) use sheet::{by_category, run_sheet};
pub(crate) use style::rules;

pub use sheet::{Picture, histograms};

/// Width of a picture of one benchmark.
pub(crate) const WIDTH: f64 = 640.0;
