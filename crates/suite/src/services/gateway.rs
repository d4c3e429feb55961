//! The WebSocket gateway as a service.

use std::net::SocketAddr;
use std::sync::Arc;

use fabench_harness::Failure;
use freeagentics::gateway::{self, GatewayConfig, NoAgents};

use super::{Service, say, wait_for_the_end};

/// The argument that makes this executable a gateway.
pub(super) const ARGUMENT: &str = "--serve-gateway";

/// A gateway process; ends with this value.
#[derive(Debug)]
pub(crate) struct GatewayProcess {
    service: Service,
    /// Where it listens.
    pub(crate) address: SocketAddr,
}

impl GatewayProcess {
    /// Starts the process and waits until it listens.
    pub(crate) fn start() -> Result<Self, Failure> {
        let service = Service::start(ARGUMENT)?;
        let not_an_address = |_| {
            Failure::new(format!(
                "the gateway said `{}`, not where it listens",
                service.place
            ))
        };
        let address = service.place.parse().map_err(not_an_address)?;
        Ok(Self { service, address })
    }

    /// Resident bytes of the process.
    pub(crate) fn resident_bytes(&self) -> Result<u64, Failure> {
        let path = format!("/proc/{}/statm", self.service.pid());
        let text = std::fs::read_to_string(path)?;
        // proc_pid_statm(5): the second field counts resident pages.
        let pages: u64 = text
            .split_whitespace()
            .nth(1)
            .ok_or("statm has no second field")?
            .parse()?;
        Ok(pages * rustix::param::page_size() as u64)
    }
}

pub(super) fn serve() -> Result<(), Failure> {
    // Without more descriptors fewer connections fit, and the benchmark that needs them says so.
    let _ = gateway::raise_descriptor_limit();
    gateway::run(
        GatewayConfig::for_measuring(),
        Arc::new(NoAgents),
        1,
        |gateway| {
            say(&gateway.local_addr().to_string());
            async {
                let _ = tokio::task::spawn_blocking(wait_for_the_end).await;
            }
        },
    )?;
    Ok(())
}
