//! The conformance tests on a private PostgreSQL cluster, and what only a server can do.
//!
//! All rules in one test: each needs a schema of its own, but they share the seconds a cluster takes to make.

use std::sync::Arc;

use freeagentics::store::{PostgresStore, StoreOptions};

use crate::cluster::running;
use crate::conformance::{self, for_each_rule};
use crate::support::{block_on, quick_cluster};

macro_rules! all_in_turn {
    ( $url:expr => $($rule:ident),* ) => {
        $(
            println!("rule: {}", stringify!($rule));
            let options = StoreOptions {
                // A schema's name has 63 bytes at most, the rules have longer ones.
                schema: format!("r_{}", &stringify!($rule)[..30.min(stringify!($rule).len())]),
                ..StoreOptions::default()
            };
            let store = PostgresStore::connect($url, &options).await.expect("a new store");
            let store = Arc::new(store);
            conformance::$rule(Arc::clone(&store) as _).await;
            store.drop_schema().await.expect("no schema left");
        )*
    };
}

#[test]
fn all_rules() {
    let Some(cluster) = quick_cluster(&[]) else {
        return;
    };
    block_on(async {
        for_each_rule!(all_in_turn, &cluster.url());
    });
    // Nothing of the cluster is left.
    assert!(cluster.port() < 32_768);
    let (folder, server) = (cluster.folder().to_owned(), cluster.server_pid());
    assert!(folder.exists() && running(server));
    drop(cluster);
    assert!(!folder.exists() && !running(server));
}
