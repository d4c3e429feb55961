//! Prints how many messages a second one process gets to another over a NATS server, and what the client library alone
//! reaches with payloads of a frame's size.
//!
//! `cargo run --release -p freeagentics --example bus_throughput -- [ROUNDS] [BYTES OF A RAW PAYLOAD]`; needs nats-server.
//! Both take turns in one run; each has a window of 4 MiB and is told of every payload that arrived.

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

mod agents;
mod other;
mod raw;
mod server;

use std::error::Error;

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// Messages of one round, of 64 bytes each.
const MESSAGES: u64 = 4_000_000;
/// Bytes of a frame.
const FRAME: usize = 31 << 10;
/// What a message of 64 bytes takes in a frame.
const ON_THE_WAY: u64 = 84;

fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words[..] {
        ["--agents", url] => agents::receive(url),
        ["--raw", url] => raw::receive(url),
        [] => compare(5, FRAME),
        [rounds] => compare(rounds.parse()?, FRAME),
        [rounds, bytes, ..] => compare(rounds.parse()?, bytes.parse()?),
    }
}

fn compare(rounds: usize, bytes: usize) -> Outcome<()> {
    let server = server::Server::start()?;
    let mut ours = agents::Sender::start(&server.url)?;
    let mut raw = raw::Sender::start(&server.url, bytes)?;
    let (mut best, mut best_raw) = (0.0_f64, 0.0_f64);
    let mut ratios = Vec::new();
    // The first round warms up and is not counted.
    for round in 0..=rounds {
        let (agents, payloads) = (ours.round()?, raw.round()?);
        if round > 0 {
            best = best.max(agents);
            best_raw = best_raw.max(payloads);
            ratios.push(agents / payloads);
        }
    }
    ratios.sort_by(f64::total_cmp);
    println!(
        "{MESSAGES} messages of 64 bytes from one process to another over NATS, best of {rounds}"
    );
    println!("  freeagentics, agent to agent     {:>6.2} M/s", best / 1e6);
    println!(
        "  async-nats, {:>3} KiB a payload    {:>6.2} M/s in bytes",
        bytes >> 10,
        best_raw / 1e6
    );
    println!(
        "  ratio                            {:>6.2} of bests, {:.2} median",
        best / best_raw,
        ratios.get(ratios.len() / 2).copied().unwrap_or(f64::NAN)
    );
    Ok(())
}
