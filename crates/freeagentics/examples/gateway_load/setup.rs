//! TCP connect, upgrade and first message, one client after another.

use std::net::SocketAddr;
use std::time::Instant;

use freeagentics::gateway::client::Client;

use crate::statistics::Latencies;

pub(crate) async fn sequential(address: SocketAddr, count: usize) -> anyhow::Result<Latencies> {
    let mut all = Vec::with_capacity(count);
    for round in 0..count + count / 10 {
        let start = Instant::now();
        let mut client = Client::connect(address, None).await?;
        let welcome = client.next_text().await?;
        let elapsed = start.elapsed();
        anyhow::ensure!(
            welcome.contains("welcome"),
            "unexpected first message: {welcome}"
        );
        // The first tenth warms up.
        if round >= count / 10 {
            all.push(elapsed);
        }
    }
    Latencies::new(all)
}
