//! A suite within fabench itself: a few kernels of the kinds that benchmarks are made of, each doing real work and
//! checking it.
//!
//! `selftest` and `calibrate` measure with it where no suite is configured: fabench starts itself as the worker.

mod kernels;
mod message_passing;

use std::process::ExitCode;

use fabench_harness::protocol::WORKER_FD;
use fabench_harness::{Benchmark, Suite};

/// Whether this process was started as a worker.
pub(crate) fn is_wanted() -> bool {
    std::env::var_os(WORKER_FD).is_some()
}

/// Serves the worker protocol.
pub(crate) fn main() -> ExitCode {
    let computation = |id: &str, description: &str| {
        Benchmark::new(id, description)
            .single_threaded()
            .primary_cpu_time()
    };
    Suite::new("fabench-builtin", env!("CARGO_PKG_VERSION"))
        .add(
            computation(
                "compute/matrix_vector",
                "64 x 64 matrix times vector, softmax",
            ),
            kernels::matrix_vector,
        )
        .add(
            computation("compute/sort", "sort 4 096 numbers"),
            kernels::sort,
        )
        .add(
            computation("compute/json", "write and read a document of 64 objects"),
            kernels::json,
        )
        .add(
            computation("memory/allocation", "allocate and free 256 blocks"),
            kernels::allocation,
        )
        .add(computation("memory/copy", "copy 256 KiB"), kernels::copy)
        .add(
            computation("memory/hash_map", "1 024 look-ups among 16 384 keys"),
            kernels::hash_map,
        )
        .add(
            Benchmark::new("waiting/channel", "64 messages to another thread and back"),
            message_passing::channel,
        )
        .add(
            Benchmark::new("waiting/loopback", "64 bytes over TCP and back"),
            message_passing::loopback,
        )
        .main()
}
