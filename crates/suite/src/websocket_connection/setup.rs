//! `websocket_connection/setup`: how fast one connection after the other is ready.

use fabench_harness::{Bencher, Failure, OpenLoop, Stopwatch};

use super::{Server, client_runtime};

/// The open loop that follows the rounds: well below what the gateway can take, so that queues stay short.
const RATE_PER_SECOND: f64 = 500.0;
const CONNECTIONS: u64 = 100;

pub(super) fn measure(b: &mut Bencher) -> Result<(), Failure> {
    let runtime = client_runtime()?;
    let server = Server::start(&runtime)?;
    let mut last = None;
    b.iter_custom(|iterations| {
        let watch = Stopwatch::start();
        runtime.block_on(async {
            for _ in 0..iterations {
                last = Some(server.connect().await?);
            }
            Ok::<_, Failure>(watch.stop())
        })
    })?;
    if let Some(client) = &mut last {
        runtime.block_on(client.echo(1))?;
    }
    b.probe_with(OpenLoop::new(RATE_PER_SECOND, CONNECTIONS), |schedule| {
        runtime.block_on(async {
            let server = &server;
            let connections: Vec<_> = (0..schedule.requests())
                .map(|number| async move {
                    tokio::time::sleep_until(schedule.at(number).into()).await;
                    server.connect().await?;
                    Ok::<_, Failure>(schedule.latency(number))
                })
                .collect();
            let mut latencies = Vec::with_capacity(connections.len());
            for latency in futures_util::future::join_all(connections).await {
                latencies.push(latency?);
            }
            Ok::<_, Failure>(latencies)
        })
    })
}
