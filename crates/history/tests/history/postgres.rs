//! The conformance tests on a real server, and what only a server can do: many writers, a login that fails.

use fabench_history::{Appended, History, HistoryError, Location, RunFilter};
use freeagentics::store::private_cluster::{ClusterError, ClusterOptions, PrivateCluster};
use postgres::{Client, NoTls};

use crate::conformance;
use crate::support::{hour, run, slower};

/// A private server. `None`, with a printed reason, where PostgreSQL is not installed, unless
/// `FABENCH_REQUIRE_SERVERS=1` makes that a failure.
pub(crate) fn cluster() -> Option<PrivateCluster> {
    started(&ClusterOptions {
        unsafe_but_quick: true,
        ..ClusterOptions::default()
    })
}

/// One that may itself be killed.
pub(crate) fn durable_cluster() -> Option<PrivateCluster> {
    started(&ClusterOptions::default())
}

fn started(options: &ClusterOptions) -> Option<PrivateCluster> {
    match PrivateCluster::start(options) {
        Ok(cluster) => Some(cluster),
        Err(error @ ClusterError::NotInstalled)
            if std::env::var_os("FABENCH_REQUIRE_SERVERS").is_none_or(|value| value != "1") =>
        {
            println!("skipped: {error}");
            None
        }
        Err(error) => panic!("{error}"),
    }
}

fn empty(url: &str) -> History {
    let mut client = Client::connect(url, NoTls).unwrap();
    client
        .batch_execute("DROP SCHEMA IF EXISTS fabench CASCADE")
        .unwrap();
    History::at(&Location::of(url)).unwrap()
}

#[test]
fn conforms() {
    let Some(cluster) = cluster() else { return };
    conformance::everything(&mut || empty(&cluster.url()));
}

#[test]
fn many_writers_lose_nothing_and_migrate_once() {
    let Some(cluster) = cluster() else { return };
    let url = cluster.url();
    let writers: Vec<_> = (0..4)
        .map(|writer| {
            let location = Location::of(&url);
            std::thread::spawn(move || {
                // All of them find no tables and try to make them.
                let mut history = History::at(&location).unwrap();
                for number in 0..10 {
                    // Half of the ids are also another writer's.
                    let id = format!(
                        "run{}",
                        if number % 2 == 0 {
                            number
                        } else {
                            100 * writer + number
                        }
                    );
                    let of_mine = 1.0 + f64::from(writer);
                    let run = slower(run(&id, &hour(i64::from(number))), of_mine);
                    assert_ne!(history.append(&run).unwrap(), Appended::Known);
                }
            })
        })
        .collect();
    for writer in writers {
        writer.join().unwrap();
    }
    let mut history = History::at(&Location::of(&url)).unwrap();
    assert_eq!(history.runs(&RunFilter::default()).unwrap().len(), 40);
}

#[test]
fn newer_tables_and_wrong_logins_are_told_without_the_password() {
    let Some(cluster) = cluster() else { return };
    let url = cluster.tcp_url();
    drop(empty(&url));
    let mut client = Client::connect(&url, NoTls).unwrap();
    client
        .batch_execute("UPDATE fabench.history_version SET version = 99")
        .unwrap();
    let error = History::at(&Location::of(&url)).unwrap_err();
    assert!(matches!(error, HistoryError::Newer { .. }), "{error}");

    for wrong in [
        "postgres://ann:s3cret@127.0.0.1:1/db".to_owned(),
        url.replace("localhost", "127.0.0.1") + "_which_is_not_there",
    ] {
        let error = History::at(&Location::of(&wrong)).unwrap_err();
        let said = format!("{error} {error:?} {:?}", Location::of(&wrong));
        assert!(said.contains("can't be used"), "{said}");
        let password = wrong.split([':', '@']).nth(2).unwrap();
        assert!(!said.contains(password), "{said}");
    }
}
