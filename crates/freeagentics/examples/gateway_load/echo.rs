//! One client, one message at a time.

use std::net::SocketAddr;
use std::time::Instant;

use freeagentics::gateway::client::Client;

use crate::statistics::Latencies;

pub(crate) async fn ping_pong(address: SocketAddr, count: usize) -> anyhow::Result<Latencies> {
    let mut client = Client::connect(address, None).await?;
    client.next_text().await?;
    let mut all = Vec::with_capacity(count);
    for round in 0..count + count / 10 {
        let message = format!(r#"{{"type":"echo","id":{round},"payload":"0123456789abcdef"}}"#);
        let start = Instant::now();
        client.send_text(message.as_str()).await?;
        let reply = client.next_text().await?;
        let elapsed = start.elapsed();
        anyhow::ensure!(reply == message, "sent {message}, got {reply}");
        if round >= count / 10 {
            all.push(elapsed);
        }
    }
    Latencies::new(all)
}
