//! Many clients at once: how long the slowest wait, and what an idle one costs the server.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use freeagentics::gateway::client::Client;
use tokio::task::JoinSet;

use crate::statistics::Latencies;

/// All connect at the same moment; each is done when its first message has been echoed.
pub(crate) async fn at_once(address: SocketAddr, count: usize) -> anyhow::Result<Latencies> {
    let mut tasks = JoinSet::new();
    let start = Instant::now();
    for _ in 0..count {
        tasks.spawn(async move {
            let mut client = Client::connect(address, None).await?;
            client.next_text().await?;
            client
                .send_text(r#"{"type":"echo","id":1,"payload":1}"#)
                .await?;
            let reply = client.next_text().await?;
            let elapsed = start.elapsed();
            anyhow::ensure!(reply.contains("echo"), "unexpected reply: {reply}");
            Ok::<_, anyhow::Error>((elapsed, client))
        });
    }
    let mut all = Vec::with_capacity(count);
    let mut clients = Vec::with_capacity(count);
    while let Some(done) = tasks.join_next().await {
        let (elapsed, client) = done??;
        all.push(elapsed);
        clients.push(client);
    }
    Latencies::new(all)
}

/// Growth of the server's resident memory per idle connection, in bytes.
pub(crate) async fn bytes_each(address: SocketAddr, pid: u32, count: usize) -> anyhow::Result<f64> {
    // What earlier work left behind must not pass for connections, nor hide them.
    let mut last = u64::MAX;
    let settled = Instant::now();
    let before = loop {
        let now = resident_bytes(pid)?;
        if now == last || settled.elapsed() > Duration::from_secs(5) {
            break now;
        }
        last = now;
        tokio::time::sleep(Duration::from_millis(300)).await;
    };
    let mut clients = Vec::with_capacity(count);
    for _ in 0..count {
        let mut client = Client::connect(address, None)
            .await
            .context("connecting the crowd")?;
        client.next_text().await?;
        clients.push(client.into_inner().into_inner());
    }
    let after = resident_bytes(pid)?;
    Ok((after as f64 - before as f64) / count as f64)
}

fn resident_bytes(pid: u32) -> anyhow::Result<u64> {
    let path = format!("/proc/{pid}/status");
    let status = std::fs::read_to_string(&path).with_context(|| format!("reading {path}"))?;
    status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .and_then(|rest| rest.trim().trim_end_matches(" kB").parse::<u64>().ok())
        .map(|kib| kib * 1024)
        .with_context(|| format!("no VmRSS in {path}"))
}
