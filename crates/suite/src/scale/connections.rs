//! `websocket_connection/ten_thousand`: what ten thousand live connections take.

use fabench_harness::{Bencher, Failure, Stopwatch};
use futures_util::future::join_all;

use crate::websocket_connection::{Server, client_runtime, make_room};

pub(super) const CONNECTIONS: u32 = 10_000;
/// Opened at once, so that neither side's queue of new connections overflows.
const WAVE: u32 = 1_000;

pub(super) fn measure(b: &mut Bencher) -> Result<(), Failure> {
    make_room(CONNECTIONS)?;
    let runtime = client_runtime()?;
    let server = Server::start(&runtime)?;
    let before = server.resident_bytes()?;
    let mut bytes = None;
    b.iter_custom(|iterations| {
        let watch = Stopwatch::start();
        for _ in 0..iterations {
            let mut clients = Vec::with_capacity(CONNECTIONS as usize);
            for wave in 0..CONNECTIONS / WAVE {
                let server = &server;
                let open = |number: u32| async move {
                    let mut client = server.connect().await?;
                    client.echo(number).await?;
                    Ok::<_, Failure>(client)
                };
                let opened = runtime.block_on(join_all((wave * WAVE..(wave + 1) * WAVE).map(open)));
                for client in opened {
                    clients.push(client?);
                }
            }
            // The first crowd only: later ones find memory that the gateway's allocator kept.
            if bytes.is_none()
                && let (Some(before), Some(now)) = (before, server.resident_bytes()?)
            {
                bytes = Some(now.saturating_sub(before) as f64 / f64::from(CONNECTIONS));
            }
        }
        Ok::<_, Failure>(watch.stop())
    })?;
    if let Some(bytes) = bytes {
        b.report("bytes_per_connection", bytes);
    }
    Ok(())
}
