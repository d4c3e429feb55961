//! Bytes read as `jmh`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fabench_fuzz::read("jmh", bytes));
