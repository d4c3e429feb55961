//! The store against real databases: SQLite files and private PostgreSQL clusters.

mod bad_files;
mod bad_servers;
mod cluster;
mod conformance;
mod kill;
mod postgres;
mod processes;
mod shared_file;
mod sqlite;
mod support;
mod tls;
