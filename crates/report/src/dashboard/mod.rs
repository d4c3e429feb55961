//! The dashboard: finished values of a history as one page that needs nothing but itself.
//!
//! [`Dashboard`] is the contract between who knows (the CLI, the gate, the history) and who shows. Invariant: nothing
//! is decided here, neither verdict nor time: verdicts come in judged and `now` comes in as data. Whatever a name
//! holds, it is text on the page and never code.

mod distribution;
mod flame;
mod page;
mod series;
mod view;

use serde::{Deserialize, Serialize};

pub use distribution::Distribution;
pub use flame::Flame;
pub use page::dashboard_page;
pub use series::Points;
pub use view::{BenchmarkView, Change, Finding, Group, Limits, Moment, Reference, RunView};

/// Version of the data that [`dashboard_page`] inlines and `/api/dashboard` answers with.
pub const DASHBOARD_SCHEMA_VERSION: u32 = 1;

/// Everything that the page shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Dashboard {
    /// Version of this schema; see [`DASHBOARD_SCHEMA_VERSION`].
    pub schema_version: u32,
    /// What is shown, such as the project's folder.
    pub title: String,
    /// The moment that ages are counted from, RFC 3339 in UTC.
    pub now: String,
    /// What made it, such as `fabench 0.1.0`.
    pub tool: String,
    /// True if a server stands behind the page and tells what is new.
    pub live: bool,
    /// How many days "this week" looks back.
    pub recent_days: u32,
    /// What the reader ought to know: a history that could not be read, points that were left out.
    pub notices: Vec<String>,
    /// What is comparable, the most recently measured first: one group per suite, machine class and method.
    pub groups: Vec<Group>,
}
