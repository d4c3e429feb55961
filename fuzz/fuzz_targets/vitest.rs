//! Bytes read as `vitest`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fabench_fuzz::read("vitest", bytes));
