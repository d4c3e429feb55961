//! Profiles for people and for their tools: a table, flame graphs, collapsed stacks, pprof's protobuf, and why it got slower.

mod change_lines;
mod collapsed;
mod flame_graph;
mod pprof;
mod top_table;

pub(crate) use change_lines::{NONE, WHY_COLUMNS, why_rows};
pub use change_lines::{changes_in, why_lines};
pub use collapsed::collapsed;
pub use flame_graph::{flame_graph, flame_graph_of_change};
pub use pprof::pprof;
pub use top_table::{memory_summary, top_table};

use fabench_gate::Cost;
use fabench_record::Unit;

/// The unit of a cost.
fn unit(cost: Cost) -> Unit {
    match cost {
        Cost::CpuTime => Unit::Nanoseconds,
        Cost::AllocatedBytes | Cost::LiveBytes => Unit::Bytes,
    }
}

/// What is counted, in words.
fn name(cost: Cost) -> &'static str {
    match cost {
        Cost::CpuTime => "CPU time",
        Cost::AllocatedBytes => "bytes allocated",
        Cost::LiveBytes => "bytes still allocated at the end",
    }
}
