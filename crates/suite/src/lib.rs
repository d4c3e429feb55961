//! The FreeAgentics benchmarks: one module per category, each benchmark doing the real thing and checking it.
//!
//! Invariant: a benchmark whose result is wrong fails; nothing here sleeps to imitate work.

#![forbid(unsafe_code)]

mod scale;
pub mod services;

mod agent_spawn;
mod database_query;
mod explorers;
mod inference;
mod memory_usage;
mod message_throughput;
mod websocket_connection;

use fabench_harness::Suite;

/// How often a benchmark does its work in each iteration.
///
/// The shipped suite does it once. The example `doubled` does the work of `agent_spawn/single` twice: with it the
/// tests show that the gate finds a slow-down and names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Work {
    /// As shipped.
    Once,
    /// `agent_spawn/single` spawns two agents where it should spawn one.
    SpawnTwice,
}

/// All benchmarks.
pub fn suite(work: Work) -> Suite {
    let suite = Suite::new("freeagentics-suite", env!("CARGO_PKG_VERSION")).allocator("mimalloc");
    let suite = agent_spawn::add(suite, work);
    let suite = message_throughput::add(suite);
    let suite = memory_usage::add(suite);
    let suite = database_query::add(suite);
    let suite = websocket_connection::add(suite);
    let suite = inference::add(suite);
    scale::add(suite)
}
