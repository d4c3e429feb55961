//! Bytes read as `catch2`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fabench_fuzz::read("catch2", bytes));
