//! The lease on real threads and a real barrier; its file has none, because a model checker compiles it, too.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::lease::Holder;

/// Two counters that only an exclusive holder keeps equal.
#[derive(Default)]
struct Twins {
    one: u64,
    two: u64,
}

fn work(mut holder: Holder<Twins>, entries: &AtomicUsize) {
    while let Some(mut twins) = holder.enter() {
        assert_eq!(twins.one, twins.two, "somebody else was inside");
        twins.one += 1;
        std::hint::black_box(&mut *twins);
        twins.two += 1;
        drop(twins);
        entries.fetch_add(1, Ordering::Relaxed);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_value_changes_hands_under_load_and_is_never_shared() {
    const HANDOVERS: usize = 200;
    let entries = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        let mut holder = Holder::new(Twins::default());
        let mut handed_over = 0;
        while handed_over < HANDOVERS {
            let lease = holder.lease();
            let mine = std::mem::replace(&mut holder, Holder::new(Twins::default()));
            let entries = &entries;
            let before = entries.load(Ordering::Relaxed);
            scope.spawn(move || work(mine, entries));
            holder = loop {
                if entries.load(Ordering::Relaxed) == before {
                    std::thread::yield_now();
                } else if let Some(next) = lease.revoke(|| true) {
                    break next;
                }
            };
            handed_over += 1;
            assert!(lease.revoke(|| true).is_none(), "revoked twice");
        }
        let last = holder.enter().map(|twins| (twins.one, twins.two));
        let entered = entries.load(Ordering::Relaxed) as u64;
        // A holder counts its last entry after it has left.
        assert!(last.is_some_and(|(one, two)| one == two && one >= entered));
    });
}

#[test]
fn who_is_inside_stays() {
    let mut holder = Holder::new(7);
    let lease = holder.lease();
    let inside = holder.enter().expect("not revoked");
    assert!(lease.revoke(|| true).is_none());
    drop(inside);
    assert!(lease.revoke(|| false).is_none());
    assert_eq!(*holder.enter().expect("not revoked"), 7);
}

#[cfg(target_os = "linux")]
#[test]
fn who_was_revoked_never_enters_again() {
    let mut old = Holder::new(7);
    let mut new = old.lease().revoke(|| true).expect("outside");
    assert!(old.enter().is_none());
    assert!(old.enter().is_none());
    *new.enter().expect("not revoked") += 1;
    assert_eq!(*new.enter().expect("not revoked"), 8);
}
