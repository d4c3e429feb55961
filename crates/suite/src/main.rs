//! The FreeAgentics benchmarks, an executable that links fabench-harness and freeagentics.

fn main() {}
