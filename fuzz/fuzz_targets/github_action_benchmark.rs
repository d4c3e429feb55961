//! Bytes read as `github-action-benchmark`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fabench_fuzz::read("github-action-benchmark", bytes));
