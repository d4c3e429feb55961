//! The kernels under criterion, with its own comparison: `--save-baseline` first, then `--baseline`.
//!
//! `PEERS_GATE_KERNEL`, `PEERS_GATE_UNITS` and `PEERS_GATE_FOLDER` say what is measured and where it is kept.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result};
use criterion::Criterion;
use peers_gate::{index_of, run};

fn main() -> Result<()> {
    let variable = |name: &str| std::env::var(name).with_context(|| name.to_owned());
    let kernel = variable("PEERS_GATE_KERNEL")?;
    let index = index_of(&kernel).context("there is no such kernel")?;
    let units: u64 = variable("PEERS_GATE_UNITS")?.parse()?;
    let mut criterion = Criterion::default()
        .output_directory(Path::new(&variable("PEERS_GATE_FOLDER")?))
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_millis(1200))
        .configure_from_args();
    criterion.bench_function(&kernel, |b| b.iter(|| run(index, units)));
    criterion.final_summary();
    Ok(())
}
