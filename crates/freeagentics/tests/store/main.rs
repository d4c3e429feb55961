//! The store against real databases: SQLite files and private PostgreSQL clusters.

mod bad_files;
mod bad_servers;
mod cluster;
mod conformance;
mod kill;
mod outages;
mod postgres;
mod processes;
#[path = "../server_support/proxy.rs"]
mod proxy;
mod shared_file;
mod sqlite;
mod support;
mod tls;
