//! Bytes read as `pytest-benchmark`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fabench_fuzz::read("pytest-benchmark", bytes));
