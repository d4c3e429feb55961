//! `websocket_connection/ten_thousand`: what ten thousand live connections take.

use fabench_harness::{Bencher, Failure, Stopwatch};
use freeagentics::gateway::raise_descriptor_limit;
use futures_util::future::join_all;

use crate::services::gateway::GatewayProcess;
use crate::websocket_connection::{client_runtime, connect, echo};

pub(super) const CONNECTIONS: u32 = 10_000;
/// Opened at once, so that neither side's queue of new connections overflows.
const WAVE: u32 = 1_000;

pub(super) fn measure(b: &mut Bencher) -> Result<(), Failure> {
    if raise_descriptor_limit().is_some_and(|limit| limit < u64::from(CONNECTIONS) + 50) {
        return Err(Failure::new(format!(
            "{CONNECTIONS} connections need more file descriptors than the limit allows; raise it with `ulimit -n 20000`"
        )));
    }
    let gateway = GatewayProcess::start()?;
    let before = gateway.resident_bytes()?;
    let runtime = client_runtime()?;
    let mut bytes = None;
    b.iter_custom(|iterations| {
        let watch = Stopwatch::start();
        for _ in 0..iterations {
            let mut clients = Vec::with_capacity(CONNECTIONS as usize);
            for wave in 0..CONNECTIONS / WAVE {
                let open = |number: u32| async move {
                    let mut client = connect(gateway.address).await?;
                    echo(&mut client, &number.to_le_bytes()).await?;
                    Ok::<_, Failure>(client)
                };
                let opened = runtime.block_on(join_all((wave * WAVE..(wave + 1) * WAVE).map(open)));
                for client in opened {
                    clients.push(client?);
                }
            }
            // The first crowd only: later ones find memory that the gateway's allocator kept.
            if bytes.is_none() {
                bytes = Some(
                    gateway.resident_bytes()?.saturating_sub(before) as f64
                        / f64::from(CONNECTIONS),
                );
            }
        }
        Ok::<_, Failure>(watch.stop())
    })?;
    b.report(
        "bytes_per_connection",
        bytes.ok_or("no crowd was measured")?,
    );
    Ok(())
}
