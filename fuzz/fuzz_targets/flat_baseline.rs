//! Bytes read as `flat-baseline`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fabench_fuzz::read("flat-baseline", bytes));
