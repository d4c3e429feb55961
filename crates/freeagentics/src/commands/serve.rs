//! `freeagentics serve`: agents, gateway and page in one process. Invariant: standard output holds
//! the address and nothing else; a token that was made here is shown there once, one that was given is not.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use clap::builder::RangedU64ValueParser;
use freeagentics::gateway::world::{World, WorldSettings};
use freeagentics::gateway::{self, AgentHost, Auth, Gateway, GatewayConfig, Limits, Token};
use serde_json::json;
use tokio::signal::unix::{SignalKind, signal};
use tokio_tungstenite::tungstenite::http::Uri;

use super::secret::{self, Secret};

type Count = RangedU64ValueParser<usize>;

/// How long the agents may take to finish what they have begun.
const SHUTDOWN_LIMIT: Duration = Duration::from_secs(5);

/// Arguments of `serve`.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Address to listen on; port 0 takes any free port
    #[arg(long, default_value = "127.0.0.1:8787", value_name = "ADDR")]
    listen: SocketAddr,
    /// Agents to run
    #[arg(long, default_value_t = 1000, value_name = "N")]
    agents: u32,
    /// Steps each agent takes a second, as far as the machine allows
    #[arg(long, default_value_t = 2.5, value_name = "N", value_parser = pace)]
    steps_per_second: f64,
    /// Steps the agents plan ahead
    #[arg(long, default_value_t = 2, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=3))]
    plan: u8,
    /// Seed of everything random in the world
    #[arg(long, default_value_t = 1, value_name = "N")]
    seed: u64,
    /// Node number: the first half of all agents' ids; machines on one bus need different ones
    #[arg(long, default_value_t = 0, value_name = "N")]
    node: u16,
    #[cfg(feature = "nats")]
    #[command(flatten)]
    bus: super::bus::BusArguments,
    /// Token clients must show [default: a random one, printed at start]; better in the variable: shells keep what is typed
    #[arg(
        long,
        env = secret::TOKEN,
        hide_env_values = true,
        conflicts_with = "no_auth"
    )]
    token: Option<Secret>,
    /// Let anyone on this machine in; refused unless listening on loopback
    #[arg(long)]
    no_auth: bool,
    /// Let pages of this origin connect, such as https://example.org (repeatable)
    #[arg(long, value_name = "ORIGIN", value_parser = origin)]
    allow_origin: Vec<String>,
    /// Connections at once; beyond it: HTTP 503
    #[arg(long, default_value_t = 12_000, value_name = "N", value_parser = Count::new().range(1..=1_000_000))]
    max_connections: usize,
    /// Messages a second one client may send; 0: no limit
    #[arg(long, default_value_t = 5_000, value_name = "N")]
    rate_limit: u32,
    /// Bytes waiting for a slow client before it loses its oldest events
    #[arg(long, default_value_t = 256 * 1024, value_name = "BYTES", value_parser = Count::new().range(4096..=1 << 30))]
    outbox_bytes: usize,
    /// Threads for connections [default: one per core]
    #[arg(long, value_name = "N", value_parser = Count::new().range(1..=1024))]
    threads: Option<usize>,
    /// Print one line of JSON instead of text once listening
    #[arg(long)]
    json: bool,
}

/// Runs until Ctrl-C or SIGTERM.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    super::logging::start();
    let config = config(arguments)?;
    if let Some(limit) = gateway::raise_descriptor_limit()
        && limit < config.limits.max_connections as u64 + 64
    {
        tracing::warn!(
            limit,
            "fewer descriptors than connections allowed; see `ulimit -n`"
        );
    }
    let threads = arguments
        .threads
        .unwrap_or_else(|| std::thread::available_parallelism().map_or(2, Into::into));
    let auth = config.auth.clone();
    let world = Arc::new(World::new(WorldSettings {
        agents: arguments.agents,
        period: Duration::from_secs_f64(1.0 / arguments.steps_per_second),
        policy_len: usize::from(arguments.plan),
        seed: arguments.seed,
        node: arguments.node,
        ..WorldSettings::default()
    })?);
    #[cfg(feature = "nats")]
    let _bus = super::bus::join(world.runtime(), &arguments.bus)?;
    let host: Arc<dyn AgentHost> = world.clone();
    gateway::run(config, host, threads, |gateway| {
        world.start(gateway);
        announce(gateway, &auth, arguments);
        interrupted()
    })
    .context("serving stopped")?;
    world
        .runtime()
        .shutdown(SHUTDOWN_LIMIT)
        .context("stopping the agents")?;
    Ok(())
}

/// A rate that makes sense as one.
fn pace(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(rate) if (0.01..=1000.0).contains(&rate) => Ok(rate),
        _ => Err("a number from 0.01 to 1000".into()),
    }
}

/// An origin as browsers send it: another text would never be equal to one.
fn origin(text: &str) -> Result<String, String> {
    let is_origin = text.parse::<Uri>().is_ok_and(|uri| {
        matches!(uri.scheme_str(), Some("http" | "https"))
            && uri.path() == "/"
            && uri.query().is_none()
            && !text.ends_with('/')
            && !text.contains(['@', '#'])
    });
    if is_origin {
        Ok(text.to_ascii_lowercase())
    } else {
        Err("http:// or https://, a host and perhaps a port, nothing after it".into())
    }
}

fn config(arguments: &Arguments) -> anyhow::Result<GatewayConfig> {
    let auth = match (&arguments.token, arguments.no_auth) {
        (_, true) => Auth::None,
        (Some(token), _) => Auth::Token(Token::new(token.reveal())?),
        (None, _) => Auth::random(),
    };
    let limits = Limits {
        max_connections: arguments.max_connections,
        messages_per_second: (arguments.rate_limit > 0).then_some(arguments.rate_limit),
        outbox_bytes: arguments.outbox_bytes,
        ..if arguments.rate_limit > 0 {
            Limits::default()
        } else {
            Limits::for_measuring()
        }
    };
    Ok(GatewayConfig {
        listen: arguments.listen,
        auth,
        allowed_origins: arguments.allow_origin.clone(),
        limits,
        ..GatewayConfig::default()
    })
}

fn announce(gateway: &Gateway, auth: &Auth, arguments: &Arguments) {
    let address = gateway.local_addr();
    // Whoever gave one knows it, and what is printed here is often kept as a log.
    let token = match auth {
        Auth::Token(token) if arguments.token.is_none() => Some(token.reveal()),
        _ => None,
    };
    if arguments.json {
        let line = json!({
            "address": address.to_string(),
            "websocket": format!("ws://{address}/ws"),
            "token": token,
            "agents": arguments.agents,
            "node": arguments.node,
            "pid": std::process::id(),
        });
        println!("{line}");
        return;
    }
    // The fragment never leaves the browser, so the token is in no log.
    let fragment = token.map_or(String::new(), |token| format!("#token={token}"));
    println!("{} agents on a 10 x 10 grid; Ctrl-C ends", arguments.agents);
    println!("watch    http://{address}/{fragment}");
    println!("connect  ws://{address}/ws");
    if let Some(token) = token {
        println!("token    {token}");
    }
    println!("health   http://{address}/health   metrics  http://{address}/metrics");
}

/// Completes at Ctrl-C or SIGTERM.
async fn interrupted() {
    let mut terminate = match signal(SignalKind::terminate()) {
        Ok(signal) => signal,
        Err(error) => {
            tracing::warn!(%error, "SIGTERM will end the server without goodbyes");
            let _ = tokio::signal::ctrl_c().await;
            return;
        }
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
    }
}
