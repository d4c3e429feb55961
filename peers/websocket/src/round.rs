//! One system's turn: start the server, load it from another process, end it.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::Context as _;
use serde_json::Value;

use crate::systems::Start;

/// How much work a turn is.
pub(crate) struct Work {
    pub(crate) idle: usize,
    pub(crate) publishes: usize,
}

/// The load generator's figures for one system.
pub(crate) fn measure(start: &Start, load: &Path, work: &Work) -> anyhow::Result<Value> {
    // Ten thousand connections need more descriptors than many shells allow by default.
    let mut server = Command::new("sh")
        .args(["-c", "ulimit -n \"$(ulimit -Hn)\"; exec \"$0\" \"$@\""])
        .args(&start.0)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .context("starting the server")?;
    let mut address = String::new();
    let stdout = server.stdout.take().context("the server has no output")?;
    BufReader::new(stdout).read_line(&mut address)?;
    let output = Command::new(load)
        .args([
            "--json",
            "--address",
            address.trim(),
            "--pid",
            &server.id().to_string(),
        ])
        .args(["--setups", "1000", "--echoes", "10000"])
        .args([
            "--idle",
            &work.idle.to_string(),
            "--publishes",
            &work.publishes.to_string(),
        ])
        .stderr(Stdio::inherit())
        .output();
    drop(server.stdin.take());
    let ended = server.wait();
    let output = output.context("running the load generator")?;
    ended.context("ending the server")?;
    anyhow::ensure!(
        output.status.success(),
        "the load generator failed at {}",
        address.trim()
    );
    serde_json::from_slice(&output.stdout).context("reading the load generator's figures")
}
