//! The conformance tests on SQLite files.

use std::sync::Arc;

use freeagentics::store::{SqliteStore, Store, StoreOptions};
use tempfile::TempDir;

use crate::conformance::conformance_tests;

async fn fresh() -> Option<(Arc<dyn Store>, TempDir)> {
    let folder = TempDir::new().expect("a temporary folder");
    let store = SqliteStore::open(folder.path().join("s.db"), &StoreOptions::default())
        .expect("a new store");
    Some((Arc::new(store), folder))
}

conformance_tests!(fresh());
