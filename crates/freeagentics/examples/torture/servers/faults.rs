//! What happens to a server, drawn from the seed. Invariant: when a fault has ended, the server runs and the ways to it are
//! open again.

use std::time::Duration;

use anyhow::Context as _;
use rand::RngExt as _;
use rand::seq::SliceRandom as _;
use rand_pcg::Pcg64;

use super::proxy::{Proxy, Way};

/// A server that can be harmed.
pub(super) trait Victim: Send {
    /// SIGKILL to all its processes.
    fn kill(&mut self);
    /// The same server again: port and data as before. Returns when it listens.
    fn start_again(&mut self) -> anyhow::Result<()>;
    /// SIGSTOP to all its processes.
    fn pause(&mut self);
    /// SIGCONT to all its processes.
    fn go_on(&mut self);
}

/// The kinds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    Killed,
    Paused,
    Network(Way),
}

const KINDS: [Fault; 5] = [
    Fault::Killed,
    Fault::Paused,
    Fault::Network(Way::Cut),
    Fault::Network(Way::HeldUp),
    Fault::Network(Way::Forgotten),
];

/// A drawn fault.
#[derive(Debug)]
pub(super) struct Blow {
    fault: Fault,
    /// Which of the ways to the server are hit, where it is the network.
    ways: Vec<bool>,
    time: Duration,
    /// Before it.
    quiet: Duration,
}

/// One fault after another, no kind twice before each other kind came once.
pub(super) struct Faults {
    rng: Pcg64,
    left: Vec<Fault>,
    /// How many of each kind there were.
    pub(super) counts: [u32; KINDS.len()],
}

impl Faults {
    pub(super) fn new(rng: Pcg64) -> Self {
        Self {
            rng,
            left: Vec::new(),
            counts: [0; KINDS.len()],
        }
    }

    pub(super) fn draw(&mut self, ways: usize) -> Blow {
        if self.left.is_empty() {
            self.left = KINDS.to_vec();
            self.left.shuffle(&mut self.rng);
        }
        let fault = self.left.pop().unwrap_or(Fault::Killed);
        if let Some(place) = KINDS.iter().position(|kind| *kind == fault) {
            self.counts[place] += 1;
        }
        // How long a server is down comes on top of how long it takes to start.
        let longest = match fault {
            Fault::Killed => 0..3_000,
            Fault::Paused | Fault::Network(Way::HeldUp) => 1_000..10_000,
            Fault::Network(_) => 100..5_000,
        };
        let mut hit: Vec<bool> = (0..ways).map(|_| self.rng.random()).collect();
        if !hit.contains(&true) {
            hit.fill(true);
        }
        Blow {
            fault,
            ways: hit,
            time: Duration::from_millis(self.rng.random_range(longest)),
            quiet: Duration::from_micros(self.rng.random_range(200_000..1_500_000)),
        }
    }

    /// For the last line.
    pub(super) fn told(&self) -> String {
        let [killed, paused, cut, held_up, forgotten] = self.counts;
        format!(
            "{killed} kills, {paused} pauses, {cut} cuts, {held_up} hold-ups, {forgotten} forgotten connections"
        )
    }
}

impl Blow {
    /// Waits, strikes, and returns when the fault has ended.
    pub(super) async fn strike(
        &self,
        victim: &mut dyn Victim,
        ways: &[Proxy],
    ) -> anyhow::Result<()> {
        tokio::time::sleep(self.quiet).await;
        match self.fault {
            Fault::Killed => {
                // Killing and starting wait for processes.
                tokio::task::block_in_place(|| victim.kill());
                tokio::time::sleep(self.time).await;
                tokio::task::block_in_place(|| victim.start_again())
                    .context("the killed server does not start again")?;
            }
            Fault::Paused => {
                victim.pause();
                tokio::time::sleep(self.time).await;
                victim.go_on();
            }
            Fault::Network(way) => {
                let set = |way| {
                    let hit = ways.iter().zip(&self.ways).filter(|(_, hit)| **hit);
                    hit.for_each(|(proxy, _)| proxy.set(way));
                };
                set(way);
                tokio::time::sleep(self.time).await;
                set(Way::Open);
            }
        }
        Ok(())
    }
}
