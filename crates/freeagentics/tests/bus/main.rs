//! Messages between runtimes: within a process, and between processes over a real NATS server.

mod local;
#[cfg(feature = "nats")]
#[path = "../log_lines/mod.rs"]
mod log_lines;
#[cfg(feature = "nats")]
mod nats;
#[cfg(feature = "nats")]
mod outages;
#[cfg(feature = "nats")]
#[path = "../server_support/proxy.rs"]
mod proxy;
#[cfg(feature = "nats")]
mod serve;
#[cfg(feature = "nats")]
mod server;
mod support;
