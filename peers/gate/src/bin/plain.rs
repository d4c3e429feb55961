//! The kernels as a process: `plain KERNEL UNITS CALLS` prints the mean seconds of a call.

use std::time::Instant;

use anyhow::{Context as _, Result};
use peers_gate::{index_of, run};

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [kernel, units, calls] = arguments.as_slice() else {
        anyhow::bail!("expected KERNEL UNITS CALLS");
    };
    let index = index_of(kernel).context("there is no such kernel")?;
    let (units, calls): (u64, u32) = (units.parse()?, calls.parse()?);
    run(index, units);
    let begin = Instant::now();
    for _ in 0..calls {
        run(index, units);
    }
    println!(
        "{:e}",
        begin.elapsed().as_secs_f64() / f64::from(calls.max(1))
    );
    Ok(())
}
