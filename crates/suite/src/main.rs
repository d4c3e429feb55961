//! The suite executable: `fabench run` starts it; by hand it says what it is.

#![forbid(unsafe_code)]

use std::process::ExitCode;

use fabench_harness::alloc::Counting;
use freeagentics_suite::{Work, services, suite};
use mimalloc::MiMalloc;

#[global_allocator]
static ALLOCATOR: Counting<MiMalloc> = Counting::new(MiMalloc);

fn main() -> ExitCode {
    services::serve_if_asked().unwrap_or_else(|| suite(Work::Once).main())
}
