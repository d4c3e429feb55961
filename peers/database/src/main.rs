//! The store against the drivers it is made of, sqlx and pgbench, on the same work in one run.
//!
//! Ratios are the result: contenders take turns, forwards and backwards. One ratio compares their best turns, the
//! other is the median over rounds of two neighbours in time, so that whatever else the machine does
//! falls on both.

mod contest;
mod pgbench;
mod population;
mod postgres;
mod sqlite;
mod sqlx;
mod work;

use anyhow::{Context, Result};

const HELP: &str = "\
Measures the store against the drivers beneath it, sqlx and pgbench.

Usage: cargo xtask peers database [ROUNDS] [--sqlite | --postgres]

  ROUNDS       how often each contender runs (default 41)
  --sqlite     only SQLite
  --postgres   only PostgreSQL (a private cluster is made from the installed server)";

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let has = |name: &str| arguments.iter().any(|argument| argument == name);
    if has("--help") || has("-h") {
        println!("{HELP}");
        return Ok(());
    }
    let mut rounds = 41;
    for argument in &arguments {
        if !argument.starts_with("--") {
            rounds = argument
                .parse()
                .with_context(|| format!("ROUNDS must be a number, not {argument}\n{HELP}"))?;
        }
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    if !has("--postgres") {
        runtime.block_on(sqlite::contests(rounds))?;
    }
    if !has("--sqlite") {
        runtime.block_on(postgres::contests(rounds))?;
    }
    Ok(())
}
