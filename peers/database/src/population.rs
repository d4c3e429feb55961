//! A whole population to the store and back. No driver does this alone, so it stands without a ratio.

use anyhow::{Result, ensure};
use freeagentics::store::{Batch, Store, StoreError, restore, snapshot};

use crate::work::{agent, model};

/// Agents in the population.
const POPULATION: u64 = 100_000;

/// Writes and reads the population `rounds` times, and prints the range.
pub(crate) async fn round_trip(backend: &str, store: &dyn Store, rounds: usize) -> Result<()> {
    let (mut written, mut read) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        let id = model().id();
        let agents = (0..POPULATION).map(move |number| agent(number, id));
        let stats = snapshot(store, vec![model()], agents).await?;
        written.push(stats.elapsed.as_secs_f64());
        let mut back = Batch::default();
        let stats = restore::<StoreError>(store, |chunk| {
            back.models.extend(chunk.models);
            back.agents.extend(chunk.agents);
            Ok(())
        })
        .await?;
        read.push(stats.elapsed.as_secs_f64());
        let right = |at: u64| back.agents.get(at as usize) == Some(&agent(at, id));
        ensure!(back.agents.len() as u64 == POPULATION && right(0) && right(POPULATION - 1));
    }
    println!("\n{backend}, a population of 100 000 agents");
    for (what, seconds) in [("snapshot", written), ("restore", read)] {
        let least = seconds.iter().copied().fold(f64::MAX, f64::min);
        let most = seconds.iter().copied().fold(0.0, f64::max);
        println!("  {what:<44} {least:>10.2} s to {most:.2} s");
    }
    Ok(())
}
