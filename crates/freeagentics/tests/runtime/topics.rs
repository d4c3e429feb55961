//! Broadcasts reach exactly those who should hear them.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::support::{Counter, LONG, numbered, runtime};

#[test]
fn a_broadcast_reaches_all_or_the_subscribers() {
    let runtime = runtime(3);
    let handled = Arc::new(AtomicU64::new(0));
    let counted = handled.clone();
    let agents = runtime
        .spawn_many(1000, move |_| Counter {
            handled: counted.clone(),
        })
        .expect("runs")
        .wait()
        .expect("spawned");
    for id in agents.iter().filter(|id| id.number().is_multiple_of(10)) {
        runtime.subscribe(id, "tens").expect("alive");
    }
    let reached = runtime
        .broadcast("tens", numbered(1))
        .expect("small")
        .wait()
        .expect("runs");
    assert_eq!(reached.iter().sum::<usize>(), 100);
    let everybody = runtime
        .broadcast_to_all(numbered(1))
        .expect("small")
        .wait()
        .expect("runs");
    assert_eq!(everybody.iter().sum::<usize>(), 1000);
    let first = agents.get(0).expect("in range");
    runtime.unsubscribe(first, "tens").expect("alive");
    runtime
        .despawn(agents.get(10).expect("in range"))
        .expect("alive");
    let reached = runtime
        .broadcast("tens", numbered(1))
        .expect("small")
        .wait()
        .expect("runs");
    assert_eq!(reached.iter().sum::<usize>(), 98);
    runtime.settle(LONG).expect("quiet");
    assert_eq!(handled.load(Ordering::Relaxed), 1198);
    let stats = runtime.stats();
    assert_eq!((stats.sent, stats.handled), (1198, 1198));
}
