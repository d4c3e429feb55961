//! A server that is killed, silent or cut off while a history is open: an error in its time, and service again with the same
//! history. Goes on for longer, with writers killed beside it, as `cargo xtask torture --only history`.

use std::time::{Duration, Instant};

use fabench_history::{Appended, History, HistoryError, Location, RunFilter};
use freeagentics::store::private_cluster::PrivateCluster;

use crate::killing::is_outage;
use crate::postgres::{cluster, durable_cluster};
use crate::proxy::{Proxy, Way};
use crate::support::{hour, run};

/// Beyond stated times, on a busy machine.
const SLACK: Duration = Duration::from_secs(20);

/// The server's address, for somebody who waits a second for anything.
fn impatient(url: &str) -> Location {
    Location::of(&format!(
        "{url}?connect_timeout=1&options=-c%20statement_timeout%3D1s"
    ))
}

fn append(history: &mut History, id: &str) -> Result<Appended, HistoryError> {
    // A run is known by its content: each starts at a time of its own.
    let number = id
        .bytes()
        .fold(0, |number, byte| 256 * number + i64::from(byte));
    let begin = Instant::now();
    let done = history.append(&run(id, &hour(number)));
    assert!(begin.elapsed() < SLACK, "{done:?}");
    done
}

/// What opening says in time, however slow the machine is.
fn opened(place: &Location) -> History {
    let limit = Instant::now() + SLACK;
    loop {
        match History::at(place) {
            Ok(history) => return history,
            Err(error) => assert!(is_outage(&error) && Instant::now() < limit, "{error}"),
        }
    }
}

/// Appends until it is done.
fn resumed(history: &mut History, id: &str) {
    let limit = Instant::now() + SLACK;
    while let Err(error) = append(history, id) {
        assert!(is_outage(&error) && Instant::now() < limit, "{error}");
    }
}

fn ids(history: &mut History) -> Vec<String> {
    let runs = history.runs(&RunFilter::default()).unwrap();
    let mut ids: Vec<String> = runs.into_iter().map(|run| run.id).collect();
    ids.sort_unstable();
    ids
}

#[test]
fn a_history_goes_on_with_a_server_that_was_killed() {
    let Some(mut cluster) = durable_cluster() else {
        return;
    };
    let mut history = History::at(&Location::of(&cluster.url())).unwrap();
    assert_eq!(append(&mut history, "a").unwrap(), Appended::Recorded);
    cluster.kill_server();
    let error = append(&mut history, "b").unwrap_err();
    assert!(matches!(error, HistoryError::Database { .. }), "{error:?}");
    assert!(History::at(&Location::of(&cluster.url())).is_err());
    cluster.start_again().unwrap();
    assert_eq!(append(&mut history, "b").unwrap(), Appended::Recorded);
    // Killed and back between two calls: nobody notices.
    cluster.kill_server();
    cluster.start_again().unwrap();
    assert_eq!(ids(&mut history), ["a", "b"]);
    cluster.kill_server();
    cluster.start_again().unwrap();
    assert_eq!(append(&mut history, "c").unwrap(), Appended::Recorded);
    assert_eq!(ids(&mut history), ["a", "b", "c"]);
}

#[test]
fn a_silent_server_is_an_error_in_time() {
    let Some(cluster) = cluster() else { return };
    let place = impatient(&cluster.tcp_url());
    let mut history = opened(&place);
    resumed(&mut history, "a");
    cluster.pause_server();
    let begin = Instant::now();
    let error = append(&mut history, "b").unwrap_err();
    let waited = begin.elapsed();
    assert!(matches!(error, HistoryError::Silent { .. }), "{error:?}");
    assert!(
        error.to_string().contains("did not answer within 3 s"),
        "{error}"
    );
    assert!(waited >= Duration::from_secs(3), "{waited:?}");
    let error = History::at(&place).unwrap_err();
    let said = error.to_string();
    assert!(said.contains("did not answer within 1 s"), "{said}");
    cluster.let_server_go_on();
    resumed(&mut history, "b");
    assert_eq!(ids(&mut history), ["a", "b"]);
}

#[test]
fn a_history_that_somebody_else_writes_to_for_long_goes_on_afterwards() {
    let Some(cluster) = cluster() else { return };
    let url = cluster.url() + "?options=-c%20lock_timeout%3D100ms";
    let mut history = History::at(&Location::of(&url)).unwrap();
    let mut writer = postgres::Client::connect(&cluster.url(), postgres::NoTls).unwrap();
    let mut transaction = writer.transaction().unwrap();
    transaction
        .batch_execute("SELECT pg_advisory_xact_lock(1717658216)")
        .unwrap();
    let error = append(&mut history, "a").unwrap_err();
    assert!(error.to_string().contains("another process"), "{error}");
    transaction.rollback().unwrap();
    assert_eq!(append(&mut history, "a").unwrap(), Appended::Recorded);
}

/// A proxy, which needs threads of its own.
fn proxied(cluster: &PrivateCluster) -> (tokio::runtime::Runtime, Proxy, Location) {
    let threads = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    let proxy = threads.block_on(Proxy::start(cluster.port())).unwrap();
    let direct = format!("localhost:{}", cluster.port());
    let behind = format!("127.0.0.1:{}", proxy.port());
    let place = impatient(&cluster.tcp_url().replace(&direct, &behind));
    (threads, proxy, place)
}

#[test]
fn a_network_that_fails_is_an_error_in_time() {
    let Some(cluster) = cluster() else { return };
    let (_threads, proxy, place) = proxied(&cluster);
    let mut history = opened(&place);
    let mut there = Vec::new();
    for (number, way) in [Way::Cut, Way::HeldUp, Way::Forgotten]
        .into_iter()
        .enumerate()
    {
        let (before, after) = (format!("{number}a"), format!("{number}b"));
        resumed(&mut history, &before);
        proxy.set(way);
        let error = append(&mut history, &after).unwrap_err();
        assert!(is_outage(&error), "{way:?}: {error:?}");
        proxy.set(Way::Open);
        resumed(&mut history, &after);
        there.extend([before, after]);
    }
    assert_eq!(ids(&mut history), there);
}
