//! The gateway under load, in a process of its own. Invariant: it ends when its starter does.

use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use anyhow::Context as _;
use freeagentics::gateway::{self, GatewayConfig, NoAgents};

/// Serves until standard input closes.
pub(crate) fn serve() -> anyhow::Result<()> {
    gateway::run(
        GatewayConfig::for_measuring(),
        Arc::new(NoAgents),
        2,
        |gateway| {
            println!("{}", gateway.local_addr());
            let (ended, end) = tokio::sync::oneshot::channel();
            std::thread::spawn(move || {
                let _ = std::io::stdin().read_to_end(&mut Vec::new());
                let _ = ended.send(());
            });
            async {
                let _ = end.await;
            }
        },
    )?;
    Ok(())
}

/// A started gateway; ends with this value.
pub(crate) struct Started {
    child: Child,
    pub(crate) address: SocketAddr,
}

impl Started {
    pub(crate) fn start() -> anyhow::Result<Self> {
        let mut child = Command::new(std::env::current_exe()?)
            .arg("--serve")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("starting the server process")?;
        let stdout = child.stdout.take().context("the server has no output")?;
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line)?;
        let address = line
            .trim()
            .parse()
            .with_context(|| format!("server said {line:?}"))?;
        Ok(Self { child, address })
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Started {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}
