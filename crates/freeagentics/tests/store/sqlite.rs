//! The conformance tests on SQLite files, one test each.

use std::sync::Arc;

use freeagentics::store::{SqliteStore, StoreOptions};
use tempfile::TempDir;

use crate::conformance::{self, for_each_rule};
use crate::support::block_on;

macro_rules! one_test_each {
    ( => $($rule:ident),* ) => {
        $(
            #[test]
            fn $rule() {
                let folder = TempDir::new().expect("a temporary folder");
                let store = SqliteStore::open(folder.path().join("s.db"), &StoreOptions::default())
                    .expect("a new store");
                block_on(conformance::$rule(Arc::new(store)));
            }
        )*
    };
}

for_each_rule!(one_test_each,);
