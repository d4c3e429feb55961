//! `message_throughput/nats` for real: this suite's executable, a second process, a server, every message counted.

use std::path::Path;

use fabench_harness::runner::{self, Cancel, Executable, Limits, Plan};

const ID: &str = "message_throughput/nats";

fn suite() -> Executable {
    Executable::new(env!("CARGO_BIN_EXE_freeagentics-suite"))
}

fn offered(executable: &Executable) -> bool {
    let offer = runner::offer(executable, Limits::default(), &Cancel::default()).expect("a suite");
    offer.benchmarks.iter().any(|one| one.id.to_string() == ID)
}

fn is_installed() -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .chain(["/usr/sbin", "/usr/local/sbin"].map(|folder| Path::new(folder).to_owned()))
        .any(|folder| folder.join("nats-server").is_file())
}

#[test]
fn it_is_offered_where_a_server_is_named_or_all_at_full_size() {
    assert!(!offered(&suite()));
    assert!(offered(
        &suite().environment("FREEAGENTICS_NATS_URL", "nats://127.0.0.1:1")
    ));
    assert!(offered(&suite().environment("FREEAGENTICS_SCALE", "1")));
}

#[test]
fn a_server_that_is_not_there_fails_it_by_name() {
    let outcome = measured(&suite().environment("FREEAGENTICS_NATS_URL", "nats://127.0.0.1:1"));
    assert!(
        outcome.contains("nats://127.0.0.1:1 does not answer"),
        "{outcome}"
    );
}

#[test]
fn messages_to_another_process_are_sent_and_counted() {
    if !is_installed() {
        assert!(
            std::env::var_os("FABENCH_REQUIRE_SERVERS").is_none_or(|value| value != "1"),
            "nats-server is not installed (Debian: apt-get install nats-server)"
        );
        eprintln!("skipped: nats-server is not installed (Debian: apt-get install nats-server)");
        return;
    }
    let outcome = measured(&suite().environment("FREEAGENTICS_SCALE", "1"));
    assert_eq!(outcome, "Measured");
}

/// How a quick run of the one benchmark ends.
fn measured(executable: &Executable) -> String {
    let cancel = Cancel::default();
    let mut offer = runner::offer(executable, Limits::default(), &cancel).expect("a suite");
    offer.benchmarks.retain(|one| one.id.to_string() == ID);
    let plan = Plan {
        launches: 1,
        count_allocations: false,
        ..Plan::quick(offer.benchmarks)
    };
    let finished = runner::run(executable, &plan, &cancel, &mut |_| {});
    assert_eq!(finished.benchmarks.len(), 1);
    format!("{:?}", finished.benchmarks[0].outcome)
}
