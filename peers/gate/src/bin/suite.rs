//! The kernels as a suite for fabench. How much it does stands in its own name: `suite-1100` does 10 % more.

use std::process::ExitCode;

use fabench_harness::{Benchmark, Suite};
use peers_gate::{BASELINE_UNITS, KERNELS, run};

fn main() -> ExitCode {
    let name = std::env::current_exe().unwrap_or_default();
    let name = name
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let units = name
        .rsplit('-')
        .next()
        .and_then(|number| number.parse().ok());
    let units = units.unwrap_or(BASELINE_UNITS);
    let mut suite = Suite::new("peers-gate", "1");
    for (index, kernel) in KERNELS.into_iter().enumerate() {
        let benchmark =
            Benchmark::new(format!("kernel/{kernel}"), "as every tool here measures it")
                .single_threaded()
                .primary_cpu_time();
        suite = suite.add(benchmark, move |b| {
            b.iter(|| run(index, units));
            Ok(())
        });
    }
    suite.main()
}
