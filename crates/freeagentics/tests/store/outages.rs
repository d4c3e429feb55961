//! The server killed, paused or cut off while a store is open: errors in time, and service again with the same store.

use std::time::{Duration, Instant};

use freeagentics::store::private_cluster::PrivateCluster;
use freeagentics::store::{Batch, PostgresStore, Store, StoreError, StoreOptions, snapshot};
use futures_util::future::join_all;
use rustix::process::Signal;

use crate::bad_servers::{newest_backend, signal};
use crate::proxy::{Proxy, Way};
use crate::support::{agents, block_on, model, quick_cluster};

/// Beyond stated times, on a busy machine.
const SLACK: Duration = Duration::from_secs(20);

fn impatient(schema: &str) -> StoreOptions {
    StoreOptions {
        statement_timeout: Duration::from_millis(500),
        schema: schema.to_owned(),
        ..StoreOptions::default()
    }
}

/// A store behind a way of its own, with agents at step 0.
async fn opened(cluster: &PrivateCluster, options: &StoreOptions) -> (PostgresStore, Proxy) {
    let proxy = Proxy::start(cluster.port()).await.unwrap();
    let direct = format!("localhost:{}", cluster.port());
    let behind = format!("127.0.0.1:{}", proxy.port());
    let url = cluster.tcp_url().replace(&direct, &behind);
    let limit = Instant::now() + SLACK;
    // Half a second may not do for all that opening takes.
    let store = loop {
        match PostgresStore::connect(&url, options).await {
            Ok(store) => break store,
            Err(error) => assert!(Instant::now() < limit, "{error}"),
        }
    };
    while let Err(error) = snapshot(&store, vec![model("a")], at(0)).await {
        assert!(Instant::now() < limit, "{error}");
    }
    (store, proxy)
}

fn at(step: u64) -> Vec<freeagentics::store::AgentRecord> {
    agents(0..20, model("a").id(), step)
}

/// A save while the server is in trouble: an error that the trouble explains, in time.
async fn refused(store: &PostgresStore, step: u64, options: &StoreOptions) -> StoreError {
    let asked = Instant::now();
    let error = store.save(Batch::of_agents(at(step))).await.unwrap_err();
    assert!(asked.elapsed() < options.longest_call() + SLACK, "{error}");
    assert!(
        matches!(
            error,
            StoreError::TimedOut { .. }
                | StoreError::Lost { .. }
                | StoreError::CannotOpen { .. }
                | StoreError::OutcomeUnknown { .. }
        ),
        "{error}"
    );
    error
}

/// Saves until it succeeds, which is then what is there.
async fn goes_on(store: &PostgresStore, step: u64) {
    let limit = Instant::now() + SLACK;
    while let Err(error) = store.save(Batch::of_agents(at(step))).await {
        assert!(Instant::now() < limit, "{error}");
    }
    holds(store, step).await;
}

async fn holds(store: &PostgresStore, step: u64) {
    let limit = Instant::now() + SLACK;
    let mut found = loop {
        match store.agents((0..20).collect()).await {
            Ok(found) => break found,
            Err(error) => assert!(Instant::now() < limit, "{error}"),
        }
    };
    found.sort_by_key(|agent| agent.id);
    assert_eq!(found, at(step));
}

#[test]
fn a_store_goes_on_after_outages_of_its_server() {
    let Some(mut cluster) = quick_cluster(&[]) else {
        return;
    };
    block_on(async {
        killed(&mut cluster).await;
        paused(&cluster).await;
        cut(&cluster).await;
        forgotten(&cluster).await;
        late(&cluster).await;
    });
}

async fn killed(cluster: &mut PrivateCluster) {
    let options = impatient("killed");
    let (store, _proxy) = opened(cluster, &options).await;
    goes_on(&store, 1).await;
    cluster.kill_server();
    refused(&store, 2, &options).await;
    cluster.start_again().unwrap();
    holds(&store, 1).await;
    goes_on(&store, 3).await;
}

async fn paused(cluster: &PrivateCluster) {
    let options = impatient("paused_whole");
    let (store, _proxy) = opened(cluster, &options).await;
    goes_on(&store, 1).await;
    cluster.pause_server();
    refused(&store, 2, &options).await;
    cluster.let_server_go_on();
    goes_on(&store, 3).await;
}

async fn cut(cluster: &PrivateCluster) {
    let options = impatient("cut");
    let (store, proxy) = opened(cluster, &options).await;
    goes_on(&store, 1).await;
    for way in [Way::Cut, Way::HeldUp] {
        proxy.set(way);
        refused(&store, 2, &options).await;
        proxy.set(Way::Open);
        goes_on(&store, 3).await;
    }
}

/// Connections whose other end has vanished without a word: one caller finds out, for all.
async fn forgotten(cluster: &PrivateCluster) {
    let options = impatient("forgotten");
    let (store, proxy) = opened(cluster, &options).await;
    goes_on(&store, 1).await;
    let many = join_all((0..options.connections).map(|_| store.agent(1))).await;
    assert!(many.iter().any(Result::is_ok));
    proxy.set(Way::Forgotten);
    refused(&store, 2, &options).await;
    proxy.set(Way::Open);
    let mut failures = 0;
    while store.save(Batch::of_agents(at(3))).await.is_err() {
        failures += 1;
        let alone = options.connections / 2;
        assert!(failures < alone, "each connection is found out by itself");
    }
    holds(&store, 3).await;
}

/// A write of unknown outcome that is held up, and comes to the server after a newer one was acknowledged.
async fn late(cluster: &PrivateCluster) {
    let options = StoreOptions {
        connections: 1,
        ..impatient("late")
    };
    let (store, _proxy) = opened(cluster, &options).await;
    goes_on(&store, 1).await;
    let backend = newest_backend(cluster).await;
    signal(backend, Signal::STOP);
    let error = refused(&store, 2, &options).await;
    assert!(
        matches!(error, StoreError::OutcomeUnknown { .. }),
        "{error}"
    );
    // It may still happen, so nothing newer is acknowledged.
    let error = refused(&store, 3, &options).await;
    assert!(matches!(error, StoreError::TimedOut { .. }), "{error}");
    signal(backend, Signal::CONT);
    goes_on(&store, 4).await;
    // Whatever the process does of which we know nothing more, it has done.
    while std::path::Path::new(&format!("/proc/{backend}")).exists() {
        tokio::task::yield_now().await;
    }
    holds(&store, 4).await;
}
