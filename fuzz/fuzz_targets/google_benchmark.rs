//! Bytes read as `google-benchmark`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fabench_fuzz::read("google-benchmark", bytes));
