//! The served world under attack, in a process of its own. Invariant: it ends when its starter does; its limits are those of
//! production, except that it waits less long for a request.

use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use freeagentics::gateway::client::Client;
use freeagentics::gateway::world::{World, WorldSettings};
use freeagentics::gateway::{self, Auth, GatewayConfig, Limits, Token};

/// What its clients show.
pub(crate) const TOKEN: &str = "correct-horse-battery";

/// What is served.
#[derive(Clone, Copy, Debug, clap::Args)]
pub(crate) struct Settings {
    #[arg(long)]
    pub(crate) agents: u32,
    /// Milliseconds between two steps of all agents
    #[arg(long)]
    pub(crate) period: u64,
    /// Give way to all other processes
    #[arg(long)]
    pub(crate) yielding: bool,
}

/// Of those who give way to all others.
pub(crate) const LOWEST_PRIORITY: i32 = 19;

/// Limits of production, and little patience with requests that do not end.
pub(crate) fn config() -> GatewayConfig {
    GatewayConfig {
        auth: Token::new(TOKEN).map_or(Auth::None, Auth::Token),
        limits: Limits {
            upgrade_timeout: Duration::from_millis(1500),
            ..Limits::default()
        },
        ..GatewayConfig::default()
    }
}

/// Serves until standard input closes.
pub(crate) fn serve(settings: &Settings) -> anyhow::Result<()> {
    if settings.yielding {
        // Before there are threads, which inherit it.
        rustix::process::setpriority_process(None, LOWEST_PRIORITY)?;
    }
    let _ = gateway::raise_descriptor_limit();
    let world = Arc::new(World::new(WorldSettings {
        agents: settings.agents,
        period: Duration::from_millis(settings.period),
        policy_len: 1,
        ..WorldSettings::default()
    })?);
    gateway::run(config(), world.clone(), 2, |gateway| {
        world.start(gateway);
        println!("{}", gateway.local_addr());
        let (ended, end) = tokio::sync::oneshot::channel();
        std::thread::spawn(move || {
            let _ = std::io::stdin().read_to_end(&mut Vec::new());
            let _ = ended.send(());
        });
        async {
            let _ = end.await;
        }
    })?;
    world.runtime().shutdown(Duration::from_secs(30))?;
    Ok(())
}

/// A started server; ends with this value.
pub(crate) struct Served {
    child: Child,
    pub(crate) address: SocketAddr,
}

impl Served {
    pub(crate) fn start(settings: Settings) -> anyhow::Result<Self> {
        let mut child = Command::new(std::env::current_exe()?)
            .args(["serve", "--agents", &settings.agents.to_string()])
            .args(["--period", &settings.period.to_string()])
            .args(settings.yielding.then_some("--yielding"))
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
            .with_context(|| format!("the server said {line:?}"))?;
        Ok(Self { child, address })
    }

    /// A client that has read its welcome.
    pub(crate) async fn client(&self) -> anyhow::Result<Client> {
        let mut client = Client::connect(self.address, Some(TOKEN)).await?;
        client.next_text().await?;
        Ok(client)
    }

    /// The server's resident memory.
    pub(crate) fn resident_bytes(&self) -> anyhow::Result<u64> {
        let path = format!("/proc/{}/status", self.child.id());
        let status = std::fs::read_to_string(&path).with_context(|| format!("reading {path}"))?;
        status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:"))
            .and_then(|rest| rest.trim().trim_end_matches(" kB").parse::<u64>().ok())
            .map(|kib| kib * 1024)
            .with_context(|| format!("no VmRSS in {path}: the server has ended"))
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}
