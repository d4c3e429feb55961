//! The runtime beside ractor, kameo, actix, xtra and raw tokio channels: the same messages, in turn, in one run.
//!
//! Invariant: contenders take turns round after round, so that a change of the machine meets all of them; the figures
//! are each one's best round, and ratios to the runtime sending one by one.

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

mod actix_peer;
mod kameo_peer;
mod ractor_peer;
mod runtime;
mod tokio_peer;
mod work;
mod xtra_peer;

use std::time::Duration;

type Round = fn() -> anyhow::Result<Duration>;

const CONTENDERS: [(&str, Round); 7] = [
    ("freeagentics, one by one", runtime::one_by_one),
    ("freeagentics, 256 at a time", runtime::in_batches),
    ("tokio mpsc, a task per agent", tokio_peer::round),
    ("ractor", ractor_peer::round),
    ("kameo", kameo_peer::round),
    ("xtra", xtra_peer::round),
    ("actix", actix_peer::round),
];

fn main() -> anyhow::Result<()> {
    let rounds = match std::env::args().nth(1) {
        None => 5,
        Some(text) => match text.parse::<usize>() {
            Ok(rounds) if rounds > 0 => rounds,
            _ => anyhow::bail!(
                "`{text}` is not a number of rounds; give one from 1 on, or nothing for 5"
            ),
        },
    };
    let mut best = [Duration::MAX; CONTENDERS.len()];
    for round in 1..=rounds {
        for (best, (name, contender)) in best.iter_mut().zip(CONTENDERS) {
            eprintln!("round {round} of {rounds}: {name}");
            *best = contender()?.min(*best);
        }
    }
    println!(
        "{} messages of 64 bytes from {} producers to {} agents, best of {rounds}",
        work::MESSAGES,
        work::PRODUCERS,
        work::AGENTS
    );
    println!(
        "{:<30} {:>14} {:>22}",
        "", "M messages/s", "freeagentics is faster"
    );
    for (best_of_one, (name, _)) in best.iter().zip(CONTENDERS) {
        let rate = work::MESSAGES as f64 / best_of_one.as_secs_f64() / 1e6;
        let ratio = best_of_one.as_secs_f64() / best[0].as_secs_f64();
        println!("{name:<30} {rate:>14.2} {ratio:>21.2}x");
    }
    Ok(())
}
