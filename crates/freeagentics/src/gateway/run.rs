//! A gateway on threads of its own, for executables. Invariant: returns only when every socket
//! and thread of the gateway is gone.

use std::future::Future;
use std::sync::Arc;

use super::config::GatewayConfig;
use super::error::GatewayError;
use super::host::AgentHost;
use super::server::Gateway;

/// Serves on `worker_threads` threads until `shutdown` completes. `ready` is called once the
/// gateway listens, on the async runtime, with the gateway: it may print the address and start
/// tasks which publish through [`Gateway::hub`].
///
/// # Errors
/// As [`Gateway::bind`] and [`Gateway::serve`]; [`GatewayError::Threads`] when the threads cannot
/// be started.
pub fn run<F: Future<Output = ()>>(
    config: GatewayConfig,
    host: Arc<dyn AgentHost>,
    worker_threads: usize,
    ready: impl FnOnce(&Gateway) -> F,
) -> Result<(), GatewayError> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(worker_threads.max(1))
        .thread_name("gateway")
        .enable_all()
        .build()
        .map_err(GatewayError::Threads)?;
    runtime.block_on(async {
        let gateway = Gateway::bind(config, host)?;
        let shutdown = ready(&gateway);
        gateway.serve(shutdown).await
    })
}
