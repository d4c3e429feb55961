//! The store against real databases: SQLite files and private PostgreSQL clusters.

mod conformance;
mod sqlite;
mod support;
