//! `websocket_connection/*`: real sockets, and the gateway in a process of its own on loopback.
//!
//! `FREEAGENTICS_WEBSOCKET_URL` names a running server to measure instead; see [`given`].

mod broadcast;
mod concurrent;
mod connection;
mod given;
mod refusal;
mod server;
mod setup;

use fabench_harness::{Benchmark, Failure, Suite};
use freeagentics::gateway::{raise_descriptor_limit, reserve_descriptors};
use tokio::runtime::Runtime;

pub(crate) use self::given::is_given;
pub(crate) use self::server::Server;

/// Descriptors beside those of connections.
const OTHER_DESCRIPTORS: u32 = 50;

pub(crate) fn add(suite: Suite) -> Suite {
    let named = |name: &str, what: &str| {
        on_server(Benchmark::new(format!("websocket_connection/{name}"), what))
    };
    suite
        .add(
            named(
                "setup",
                "TCP connection, upgrade, first message, one after the other",
            )
            .latency(),
            setup::measure,
        )
        .add(
            named(
                "concurrent",
                "1 000 connections opened at once, each echoed, closed",
            )
            .latency(),
            concurrent::measure,
        )
        .add(
            named(
                "broadcast",
                "50 messages of 64 bytes from 1 publisher to 1 000 clients",
            )
            .throughput(broadcast::DELIVERIES as f64),
            broadcast::measure,
        )
}

/// The benchmark with the server that it measures, if that is not our own: such numbers are kept apart.
pub(crate) fn on_server(benchmark: Benchmark) -> Benchmark {
    match given::shown() {
        Some(url) => benchmark.parameter("server", url),
        None => benchmark,
    }
}

/// One thread of async clients: the gateway's process has the other core.
pub(crate) fn client_runtime() -> Result<Runtime, Failure> {
    Ok(tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?)
}

/// Makes room for as many connections, or says how to.
pub(crate) fn make_room(connections: u32) -> Result<(), Failure> {
    let wanted = connections + OTHER_DESCRIPTORS;
    if raise_descriptor_limit().is_some_and(|limit| limit < u64::from(wanted)) {
        return Err(Failure::new(format!(
            "{connections} connections need more file descriptors than the limit allows; raise it with `ulimit -n {wanted}`"
        )));
    }
    // The clients' table of descriptors must not grow while the server is measured.
    reserve_descriptors(std::io::stdin(), wanted as usize);
    Ok(())
}
