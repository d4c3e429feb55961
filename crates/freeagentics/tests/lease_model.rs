//! The shard's lease under a model checker: every interleaving of its threads, and every value that the memory model lets a
//! load see. Invariant: the checked file is the one that ships; only what it synchronises by is the checker's.
#![allow(
    clippy::duplicate_mod,
    reason = "once as it is, once without its barrier"
)]

mod sync {
    //! The checker's atomics and lock. A heavy barrier has every running thread pass a full one, those at a light barrier, too:
    //! hence both are full fences here.

    pub(crate) use loom::sync::atomic::{AtomicBool, Ordering};

    pub(crate) struct Mutex<T>(loom::sync::Mutex<T>);

    impl<T> Mutex<T> {
        pub(crate) fn new(value: T) -> Self {
            Self(loom::sync::Mutex::new(value))
        }

        pub(crate) fn lock(&self) -> loom::sync::MutexGuard<'_, T> {
            self.0.lock().expect("no thread panics")
        }
    }

    pub(crate) fn light_barrier() {
        loom::sync::atomic::fence(Ordering::SeqCst);
    }

    pub(crate) fn heavy_barrier() -> bool {
        loom::sync::atomic::fence(Ordering::SeqCst);
        true
    }
}

#[path = "../src/shard/lease.rs"]
mod lease;

/// The same without its barrier at the entry, to see that the checker would find it.
#[path = "."]
mod broken {
    pub(crate) mod sync {
        pub(crate) use crate::sync::{AtomicBool, Mutex, Ordering, heavy_barrier};

        pub(crate) fn light_barrier() {}
    }

    #[path = "../src/shard/lease.rs"]
    #[allow(dead_code, reason = "one scenario is enough to find it")]
    pub(crate) mod lease;
}

use loom::cell::UnsafeCell;
use loom::thread;

/// What only one may touch at a time: the checker fails where two can.
struct Place(UnsafeCell<u32>);

// SAFETY: it goes from thread to thread within a lease; that it is not shared is what is checked.
unsafe impl Sync for Place {}

impl Place {
    fn new() -> Self {
        Self(UnsafeCell::new(0))
    }

    fn add_one(&self) {
        // SAFETY: the checker keeps count of who is within, and fails if there are two.
        self.0.with_mut(|value| unsafe { *value += 1 });
    }
}

#[test]
fn holder_and_successor_are_never_inside_together() {
    loom::model(|| {
        let mut holder = lease::Holder::new(Place::new());
        let lease = holder.lease();
        let working = thread::spawn(move || {
            let mut entered = 0;
            while entered < 2
                && let Some(place) = holder.enter()
            {
                place.add_one();
                entered += 1;
            }
        });
        if let Some(mut successor) = lease.revoke(|| true) {
            let place = successor.enter().expect("nobody revokes the successor");
            place.add_one();
        }
        working.join().expect("the holder ends");
    });
}

#[test]
fn of_two_who_revoke_at_most_one_gets_it() {
    loom::model(|| {
        let mut holder = lease::Holder::new(Place::new());
        let (mine, other) = (holder.lease(), holder.lease());
        let revoke = |lease: &lease::Lease<Place>| {
            let successor = lease.revoke(|| true);
            if let Some(mut successor) = successor {
                successor.enter().expect("not revoked").add_one();
                return 1;
            }
            0
        };
        let second = thread::spawn(move || revoke(&other));
        let entered = holder.enter().map(|place| place.add_one()).is_some();
        let revoked = revoke(&mine) + second.join().expect("it ends");
        assert!(revoked <= 1, "two successors");
        assert!(entered || revoked == 1, "kept out although nobody took it");
    });
}

#[test]
fn who_revokes_in_vain_keeps_nobody_out() {
    loom::model(|| {
        let mut holder = lease::Holder::new(Place::new());
        let lease = holder.lease();
        let vain = thread::spawn(move || assert!(lease.revoke(|| false).is_none()));
        let place = holder.enter().expect("it was not revoked");
        place.add_one();
        drop(place);
        vain.join().expect("it ends");
        holder.enter().expect("it was not revoked").add_one();
    });
}

#[test]
#[should_panic]
fn without_the_barrier_at_the_entry_two_would_be_inside() {
    loom::model(|| {
        let mut holder = broken::lease::Holder::new(Place::new());
        let lease = holder.lease();
        let working = thread::spawn(move || {
            if let Some(place) = holder.enter() {
                place.add_one();
            }
        });
        if let Some(mut successor) = lease.revoke(|| true) {
            successor.enter().expect("not revoked").add_one();
        }
        working.join().expect("the holder ends");
    });
}
