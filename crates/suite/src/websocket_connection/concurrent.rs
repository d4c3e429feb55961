//! `websocket_connection/concurrent`: a thousand connections at once.

use std::time::Instant;

use fabench_harness::{Bencher, Failure, Stopwatch};
use futures_util::future::join_all;

use super::{Server, client_runtime, make_room};

const CONNECTIONS: u32 = 1_000;

pub(super) fn measure(b: &mut Bencher) -> Result<(), Failure> {
    make_room(CONNECTIONS)?;
    let runtime = client_runtime()?;
    let server = Server::start(&runtime)?;
    let reporter = b.reporter();
    b.iter_custom(|iterations| {
        let watch = Stopwatch::start();
        for _ in 0..iterations {
            let begin = Instant::now();
            let server = &server;
            let open = |number: u32| async move {
                let mut client = server.connect().await?;
                client.echo(number).await?;
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
