//! The suite with `agent_spawn/single` doing its work twice: a slow-down that the gate must find and name.

use std::process::ExitCode;

use fabench_harness::alloc::Counting;
use freeagentics_suite::{Work, services, suite};
use mimalloc::MiMalloc;

#[global_allocator]
static ALLOCATOR: Counting<MiMalloc> = Counting::new(MiMalloc);

fn main() -> ExitCode {
    services::serve_if_asked().unwrap_or_else(|| suite(Work::SpawnTwice).main())
}
