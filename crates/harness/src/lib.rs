//! Define and measure benchmarks: bencher, sampler, clock, meters, worker protocol, runner.
