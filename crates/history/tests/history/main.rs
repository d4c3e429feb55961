//! The history on real files and on a real PostgreSQL: one set of tests for both.

mod bad_files;
mod conformance;
mod damaged;
mod kill;
mod killing;
mod outages;
mod postgres;
#[path = "../../../freeagentics/tests/server_support/proxy.rs"]
#[allow(dead_code, reason = "other tests use more of it")]
mod proxy;
mod simulated;
mod sqlite;
mod support;
