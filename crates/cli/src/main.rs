//! Benchmarks whose gate does not cry wolf: run, check, compare.

fn main() {}
