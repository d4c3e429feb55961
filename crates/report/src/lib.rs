//! Renders finished values for people and for programs, in every format. Decides nothing: what is a regression, and
//! which goal is met, arrives here decided.

#![forbid(unsafe_code)]

mod annotation;
mod chart;
mod column;
mod comparison_table;
mod dashboard;
mod drawing;
mod format;
mod goal_table;
mod group;
mod markup;
mod metric_line;
mod profile;
mod quantity;
mod run_table;
mod run_verdict;
mod since;
mod style;
mod table;

pub use annotation::annotations;
pub use chart::{ChartPoint, chart};
pub use column::{Column, UnknownColumn};
pub use comparison_table::{comparison_table, comparison_verdict};
pub use dashboard::{
    BenchmarkView, Change, DASHBOARD_SCHEMA_VERSION, Dashboard, Distribution, Finding, Flame,
    Group, Limits, Moment, Points, Reference, RunView, dashboard_page,
};
pub use drawing::{Picture, histograms};
pub use format::{Format, MARKDOWN_LIMIT, Renderer, UnknownFormat};
pub use goal_table::goal_table;
pub use group::{GroupBy, UnknownGrouping};
pub use metric_line::metric_line;
pub use profile::{
    changes_in, collapsed, flame_graph, flame_graph_of_change, memory_summary, pprof, top_table,
    why_lines,
};
pub use quantity::{factor, percent_change, quantity};
pub use run_table::{RunLayout, run_table};
pub use run_verdict::run_verdict;
pub use since::{change_word, short_commit, since};
pub use style::Style;
pub use table::{plain_table, printable, printable_lines};
