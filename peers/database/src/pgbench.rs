//! pgbench, PostgreSQL's own load generator, on the same select.

use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use freeagentics::store::private_cluster::{PrivateCluster, find_binaries};

use crate::work::AGENTS;

/// Runs `transactions` selects over `clients` connections; returns the time by pgbench's own count, without
/// connecting.
pub(crate) fn select(
    cluster: &PrivateCluster,
    clients: usize,
    transactions: usize,
) -> Result<Duration> {
    let script = tempfile::NamedTempFile::new()?;
    std::fs::write(
        script.path(),
        format!(
            "\\set id random(0, {})\nSELECT model, step, belief FROM freeagentics.agents WHERE id = :id;\n",
            AGENTS - 1
        ),
    )?;
    let threads = clients.min(2).to_string();
    let output = Command::new(find_binaries().context("no PostgreSQL")?.join("pgbench"))
        .args(["--no-vacuum", "--protocol=prepared", "--jobs", &threads])
        .args(["--client", &clients.to_string()])
        .args(["--transactions", &(transactions / clients).to_string()])
        .args(["--username=postgres", "--port", &cluster.port().to_string()])
        .arg("--host")
        .arg(cluster.folder())
        .arg("--file")
        .arg(script.path())
        .arg("postgres")
        .output()
        .context("pgbench could not be started")?;
    let text = String::from_utf8_lossy(&output.stdout);
    ensure!(
        output.status.success(),
        "pgbench failed: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    let rate: f64 = text
        .lines()
        .find_map(|line| line.strip_prefix("tps = ")?.split(' ').next()?.parse().ok())
        .with_context(|| format!("pgbench printed no rate: {text}"))?;
    Ok(Duration::from_secs_f64(
        (transactions / clients * clients) as f64 / rate,
    ))
}
