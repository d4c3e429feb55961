//! The history on real files and on a real PostgreSQL: one set of tests for both.

mod bad_files;
mod conformance;
mod damaged;
mod kill;
mod killing;
mod postgres;
mod simulated;
mod sqlite;
mod support;
