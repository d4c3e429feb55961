//! The store against real databases: SQLite files and private PostgreSQL clusters.

mod conformance;
mod postgres;
mod sqlite;
mod support;
