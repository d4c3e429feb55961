//! `websocket_connection/concurrent`: a thousand connections at once.

use std::time::Instant;

use fabench_harness::{Bencher, Failure, Stopwatch};
use freeagentics::gateway::raise_descriptor_limit;
use futures_util::future::join_all;

use super::{client_runtime, connect, echo};
use crate::services::gateway::GatewayProcess;

const CONNECTIONS: u32 = 1_000;

pub(super) fn measure(b: &mut Bencher) -> Result<(), Failure> {
    let limit = raise_descriptor_limit();
    if limit.is_some_and(|limit| limit < u64::from(CONNECTIONS) + 50) {
        return Err(Failure::new(format!(
            "{CONNECTIONS} connections need more file descriptors than the limit allows; raise it with `ulimit -n 4096`"
        )));
    }
    let gateway = GatewayProcess::start()?;
    let runtime = client_runtime()?;
    let reporter = b.reporter();
    b.iter_custom(|iterations| {
        let watch = Stopwatch::start();
        for _ in 0..iterations {
            let begin = Instant::now();
            let open = |number: u32| async move {
                let mut client = connect(gateway.address).await?;
                echo(&mut client, &number.to_le_bytes()).await?;
                // Kept open until all are, so that all are open at once.
                Ok::<_, Failure>((client, begin.elapsed()))
            };
            let opened = runtime.block_on(join_all((0..CONNECTIONS).map(open)));
            let opened: Vec<_> = opened.into_iter().collect::<Result<_, _>>()?;
            reporter.report_all(
                "latency",
                opened.iter().map(|(_, elapsed)| elapsed.as_nanos() as f64),
            );
        }
        Ok::<_, Failure>(watch.stop())
    })
}
