//! Servers that are not there, refuse, stall, break down or run full.

use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::time::{Duration, Instant};

use freeagentics::store::private_cluster::PrivateCluster;
use freeagentics::store::{
    AgentRecord, Batch, PostgresStore, Store, StoreError, StoreOptions, open, restore, snapshot,
};
use futures_util::{StreamExt, stream};
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;
use tokio_postgres::NoTls;

use crate::support::{SmallDisk, agents, block_on, everything, model, quick_cluster};

fn options() -> StoreOptions {
    StoreOptions {
        connect_timeout: Duration::from_secs(10),
        ..StoreOptions::default()
    }
}

async fn refusal(url: &str, options: &StoreOptions) -> StoreError {
    match open(url, options).await {
        Ok(_) => panic!("a store was opened"),
        Err(error) => error,
    }
}

/// Runs SQL as the cluster's owner, outside any store.
async fn owner(cluster: &PrivateCluster) -> tokio_postgres::Client {
    let (client, connection) = tokio_postgres::connect(&cluster.url(), NoTls)
        .await
        .expect("the owner gets in");
    tokio::spawn(connection);
    client
}

/// A store with 100 agents at step 1.
async fn filled(url: &str, options: &StoreOptions) -> PostgresStore {
    let store = PostgresStore::connect(url, options).await.unwrap();
    let saved = agents(0..100, model("a").id(), 1);
    snapshot(&store, vec![model("a")], saved).await.unwrap();
    store
}

#[test]
fn absent_and_silent_servers() {
    block_on(async {
        // Bound and closed again: nobody listens there.
        let port = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let url = format!("postgres://u:s3cret@127.0.0.1:{port}/d");
        let error = refusal(&url, &options()).await;
        assert!(matches!(error, StoreError::CannotOpen { .. }), "{error}");
        assert!(!format!("{error} {error:?}").contains("s3cret"));

        let error = refusal("postgres://u:s3cret@no-such-host.invalid/d", &options()).await;
        assert!(matches!(error, StoreError::CannotOpen { .. }), "{error}");

        // Accepts (the system does that), and never says a word.
        let silent = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = silent.local_addr().unwrap().port();
        let impatient = StoreOptions {
            connect_timeout: Duration::from_millis(200),
            ..options()
        };
        let url = format!("postgres://u:s3cret@127.0.0.1:{port}/d");
        let error = refusal(&url, &impatient).await;
        assert!(matches!(error, StoreError::CannotOpen { .. }), "{error}");
    });
}

#[test]
fn a_server_that_refuses() {
    let Some(cluster) = quick_cluster(&[("max_connections", "20")]) else {
        return;
    };
    block_on(async {
        wrong_logins(&cluster).await;
        foreign_and_newer_tables(&cluster).await;
        missing_models(&cluster).await;
        locked_tables(&cluster).await;
        exhausted_pools(&cluster).await;
        crate::tls::absent_tls_is_refused(&cluster).await;
    });
}

async fn wrong_logins(cluster: &PrivateCluster) {
    let right = cluster.tcp_url();
    assert!(open(&right, &options()).await.is_ok());
    let wrong = right.replace("postgres://postgres:", "postgres://postgres:s3cret");
    let error = refusal(&wrong, &options()).await;
    assert!(matches!(error, StoreError::Refused { .. }), "{error}");
    assert!(!format!("{error} {error:?}").contains("s3cret"));
    let at = right.rfind("/postgres").unwrap();
    let error = refusal(&format!("{}/nowhere", &right[..at]), &options()).await;
    assert!(matches!(error, StoreError::CannotOpen { .. }), "{error}");
    assert!(error.to_string().contains("createdb"), "{error}");

    let owner = owner(cluster).await;
    owner
        .batch_execute("CREATE USER visitor; REVOKE CREATE ON DATABASE postgres FROM PUBLIC")
        .await
        .unwrap();
    let visitor = cluster.url().replace("postgres@", "visitor@");
    let error = refusal(&visitor, &options_with("not_allowed")).await;
    assert!(matches!(error, StoreError::Forbidden { .. }), "{error}");
    let error = refusal(&cluster.url(), &options_with("Bad; name")).await;
    assert!(matches!(error, StoreError::BadAddress { .. }), "{error}");
}

fn options_with(schema: &str) -> StoreOptions {
    StoreOptions {
        schema: schema.to_owned(),
        ..options()
    }
}

async fn foreign_and_newer_tables(cluster: &PrivateCluster) {
    let owner = owner(cluster).await;
    owner
        .batch_execute("CREATE SCHEMA taken; CREATE TABLE taken.agents (name text)")
        .await
        .unwrap();
    let error = refusal(&cluster.url(), &options_with("taken")).await;
    assert!(matches!(error, StoreError::NotAStore { .. }), "{error}");
    // Nothing of ours was left there.
    let tables: i64 = owner
        .query_one(
            "SELECT count(*) FROM pg_tables WHERE schemaname = 'taken'",
            &[],
        )
        .await
        .unwrap()
        .get(0);
    assert_eq!(tables, 1);

    drop(filled(&cluster.url(), &options_with("newer")).await);
    owner
        .batch_execute("UPDATE newer.schema_version SET version = 77")
        .await
        .unwrap();
    let error = refusal(&cluster.url(), &options_with("newer")).await;
    assert!(
        matches!(error, StoreError::NewerVersion { found: 77, .. }),
        "{error}"
    );
}

async fn missing_models(cluster: &PrivateCluster) {
    let store = filled(&cluster.url(), &options_with("missing")).await;
    owner(cluster)
        .await
        .batch_execute("DELETE FROM missing.models")
        .await
        .unwrap();
    let error = restore::<StoreError>(&store, |_| Ok(())).await.unwrap_err();
    assert!(
        matches!(error, StoreError::MissingModel { agent: 0, .. }),
        "{error}"
    );
}

async fn locked_tables(cluster: &PrivateCluster) {
    let impatient = StoreOptions {
        busy_timeout: Duration::from_millis(50),
        ..options_with("locked")
    };
    let store = filled(&cluster.url(), &impatient).await;
    let owner = owner(cluster).await;
    owner
        .batch_execute("BEGIN; LOCK TABLE locked.agents IN EXCLUSIVE MODE")
        .await
        .unwrap();
    let batch = || Batch::of_agents(agents(0..100, model("a").id(), 2));
    let error = store.save(batch()).await.unwrap_err();
    assert!(matches!(error, StoreError::Busy { .. }), "{error}");
    assert_eq!(store.agent(1).await.unwrap().unwrap().step, 1);
    owner.batch_execute("ROLLBACK").await.unwrap();
    store.save(batch()).await.unwrap();
}

async fn exhausted_pools(cluster: &PrivateCluster) {
    let narrow = StoreOptions {
        connections: 1,
        wait_timeout: Duration::from_millis(100),
        ..options_with("narrow")
    };
    let store = PostgresStore::connect(&cluster.url(), &narrow)
        .await
        .unwrap();
    // More chunks than wait between the reader and us, so that it keeps its connection.
    let many = agents(0..20_000, model("a").id(), 1);
    snapshot(&store, vec![model("a")], many).await.unwrap();
    let mut reading = store.read_snapshot().await.unwrap();
    reading.next().await.unwrap().unwrap();
    let error = store.agent(1).await.unwrap_err();
    assert!(matches!(error, StoreError::PoolTimeout { .. }), "{error}");
    drop(reading);
    let limit = Instant::now() + Duration::from_secs(20);
    while store.agent(1).await.is_err() {
        assert!(Instant::now() < limit, "the connection never came back");
    }
}

#[test]
fn a_server_in_trouble() {
    let Some(cluster) = quick_cluster(&[]) else {
        return;
    };
    block_on(async {
        broken_down(&cluster).await;
        paused(&cluster).await;
        full(&cluster).await;
    });
}

async fn broken_down(cluster: &PrivateCluster) {
    let patient = options_with("broken");
    let store = filled(&cluster.url(), &patient).await;
    let before = everything(&store).await.1;

    // One of the server's processes is killed in the middle of a snapshot: the server ends all
    // connections and recovers.
    let victim = newest_backend(cluster).await;
    let chunk = || Ok(Batch::of_agents(agents(0..2_000, model("a").id(), 2)));
    let breaking = stream::iter([chunk()]).chain(stream::once(async move {
        signal(victim, Signal::KILL);
        Ok(Batch::of_agents(agents(2_000..4_000, model("a").id(), 2)))
    }));
    let error = store.write_snapshot(Box::pin(breaking)).await.unwrap_err();
    assert!(
        matches!(
            error,
            StoreError::Lost { .. } | StoreError::OutcomeUnknown { .. }
        ),
        "{error}"
    );
    begun_anew(cluster).await;
    assert_eq!(recovered(&store).await, before);

    // A connection that an administrator ended is replaced without the caller seeing it.
    owner(cluster)
        .await
        .batch_execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                 WHERE application_name = 'freeagentics'",
        )
        .await
        .unwrap();
    assert_eq!(store.agent(1).await.unwrap().unwrap().step, 1);
}

/// Waits until the server has ended all its processes and begun anew: before, it still answers for a moment.
async fn begun_anew(cluster: &PrivateCluster) {
    let limit = Instant::now() + Duration::from_secs(60);
    loop {
        let log = std::fs::read_to_string(cluster.folder().join("log")).unwrap();
        let later = log
            .rsplit_once("reinitializing")
            .map_or("", |(_, later)| later);
        if later.contains("ready to accept connections") {
            return;
        }
        assert!(Instant::now() < limit, "{log}");
        tokio::task::yield_now().await;
    }
}

/// The population, once it can be read to its end: connections from before are found broken one by one.
async fn recovered(store: &PostgresStore) -> Vec<AgentRecord> {
    let limit = Instant::now() + Duration::from_secs(30);
    loop {
        let mut found = Vec::new();
        let read = restore::<StoreError>(store, |batch| {
            found.extend(batch.agents);
            Ok(())
        });
        match read.await {
            Ok(_) => return found,
            Err(error) => assert!(Instant::now() < limit, "{error}"),
        }
    }
}

pub(crate) fn signal(process: u32, signal: Signal) {
    let process = Pid::from_raw(process.cast_signed()).expect("a process id");
    kill_process(process, signal).expect("the process is there");
}

async fn paused(cluster: &PrivateCluster) {
    let schema = options_with("paused");
    // Looks from aside, with all the time it needs on a busy machine.
    let by_another_name = format!("{}?application_name=witness", cluster.url());
    let witness = filled(&by_another_name, &schema).await;
    let before = everything(&witness).await.1;
    let impatient = StoreOptions {
        statement_timeout: Duration::from_millis(700),
        connections: 1,
        ..schema
    };
    let store = connected(&cluster.url(), &impatient).await;
    let after = agents(0..2_000, model("a").id(), 2);
    let paused = newest_backend(cluster).await;

    signal(paused, Signal::STOP);
    let asked = Instant::now();
    let error = store
        .save(Batch::of_agents(after.clone()))
        .await
        .unwrap_err();
    assert!(matches!(error, StoreError::TimedOut { .. }), "{error}");
    assert!(asked.elapsed() >= impatient.statement_timeout);
    signal(paused, Signal::CONT);
    assert_eq!(everything(&witness).await.1, before);

    // Within a snapshot's stream too.
    let store = connected(&cluster.url(), &impatient).await;
    let paused = newest_backend(cluster).await;
    let first = Batch::of_agents(agents(0..1_000, model("a").id(), 2));
    let pausing = stream::iter([Ok(first)]).chain(stream::once(async move {
        signal(paused, Signal::STOP);
        Ok(Batch::of_agents(agents(1_000..2_000, model("a").id(), 2)))
    }));
    let error = store.write_snapshot(Box::pin(pausing)).await.unwrap_err();
    assert!(matches!(error, StoreError::TimedOut { .. }), "{error}");
    signal(paused, Signal::CONT);
    assert_eq!(everything(&witness).await.1, before);

    // The stalled connection was given up; the next one works.
    let limit = Instant::now() + Duration::from_secs(30);
    while let Err(error) = store.save(Batch::of_agents(after.clone())).await {
        assert!(Instant::now() < limit, "{error}");
    }
    assert_eq!(everything(&witness).await.1, after);
}

/// How long the server stands still: longer than a caller may want to wait, shorter than the default time-outs.
const PAUSE: Duration = Duration::from_secs(10);

#[test]
fn a_server_that_is_paused_for_ten_seconds() {
    let Some(cluster) = quick_cluster(&[]) else {
        return;
    };
    block_on(async {
        let schema = options_with("still");
        let patient = filled(&cluster.url(), &schema).await;
        let impatient = StoreOptions {
            statement_timeout: Duration::from_secs(1),
            connections: 1,
            ..schema
        };
        let first_of_patient = newest_backend(&cluster).await;
        let hurried = connected(&cluster.url(), &impatient).await;
        let of_hurried = newest_backend(&cluster).await;
        // All that could answer: both stores' own processes, and the one that would make new connections.
        let processes = [first_of_patient, of_hurried, cluster.server_pid()];
        for process in processes {
            signal(process, Signal::STOP);
        }
        let paused = Instant::now();

        // In the middle of a batch: the call stands until the server goes on, then it is written whole.
        let waiting = agents(0..2_000, model("a").id(), 2);
        let batch = Batch::of_agents(waiting.clone());
        let saving = tokio::spawn(async move { (patient.save(batch).await, patient) });
        // A caller with less time is told so, in time.
        let refused = Batch::of_agents(agents(5_000..7_000, model("a").id(), 2));
        let error = hurried.save(refused).await.unwrap_err();
        assert!(matches!(error, StoreError::TimedOut { .. }), "{error}");
        assert!(error.to_string().contains("1000 ms"), "{error}");
        assert!(paused.elapsed() < PAUSE, "told too late");
        tokio::time::sleep_until((paused + PAUSE).into()).await;
        assert!(!saving.is_finished(), "somebody answered");
        for process in processes {
            signal(process, Signal::CONT);
        }

        let (saved, patient) = saving.await.unwrap();
        saved.unwrap();
        // Nothing of the batch that was given up.
        assert_eq!(everything(&patient).await.1, waiting);
    });
}

/// A store whose short time-outs may not suffice for connecting at the first attempt.
async fn connected(url: &str, options: &StoreOptions) -> PostgresStore {
    let limit = Instant::now() + Duration::from_secs(30);
    loop {
        match PostgresStore::connect(url, options).await {
            Ok(store) => return store,
            Err(error) => assert!(Instant::now() < limit, "{error}"),
        }
    }
}

/// The process behind the newest connection of a store: older ones may still be ending.
pub(crate) async fn newest_backend(cluster: &PrivateCluster) -> u32 {
    let row = owner(cluster)
        .await
        .query_one(
            "SELECT pid FROM pg_stat_activity WHERE application_name = 'freeagentics' \
             ORDER BY backend_start DESC LIMIT 1",
            &[],
        )
        .await
        .unwrap();
    row.get::<_, i32>(0).unsigned_abs()
}

async fn full(cluster: &PrivateCluster) {
    let folder = TempDir::new().unwrap();
    let Some(disk) = SmallDisk::mount(folder.path(), "3m") else {
        return;
    };
    // The server's user must get there.
    std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
    let data = disk.path().join("data");
    std::fs::create_dir(&data).unwrap();
    let of_server = std::fs::metadata(cluster.folder()).unwrap();
    chown(&data, Some(of_server.uid()), Some(of_server.gid())).unwrap();
    let owner = owner(cluster).await;
    owner
        .batch_execute(&format!(
            "CREATE TABLESPACE small LOCATION '{}'",
            data.display()
        ))
        .await
        .unwrap();
    owner
        .batch_execute("ALTER DATABASE postgres SET default_tablespace = small")
        .await
        .unwrap();
    let store = filled(&cluster.url(), &options_with("full")).await;
    let before = everything(&store).await.1;
    let too_many = || agents(0..60_000, model("a").id(), 2);
    let error = store.save(Batch::of_agents(too_many())).await.unwrap_err();
    assert!(matches!(error, StoreError::Full { .. }), "{error}");
    assert_eq!(everything(&store).await.1, before);
    let error = snapshot(&store, vec![], too_many()).await.unwrap_err();
    assert!(matches!(error, StoreError::Full { .. }), "{error}");
    assert_eq!(everything(&store).await.1, before);
    // No file of the server's may be left there when it is unmounted.
    owner
        .batch_execute("ALTER DATABASE postgres RESET default_tablespace")
        .await
        .unwrap();
    store.drop_schema().await.unwrap();
    owner.batch_execute("DROP TABLESPACE small").await.unwrap();
}
