//! Who may touch a shard: its thread, but not while that runs an agent's code; then the shard can be given to another.
//!
//! Invariants: at most one thread has a reference to the value at any time; a holder whose lease was revoked never
//! gets one again. Entering costs a store and a load: the barrier between them, which makes a revocation safe, is
//! imposed by the one who revokes (asymmetric Dekker; Dice, Moir, Scherer, "Quickly reacquirable locks", 2003).
//! `tests/lease_model.rs` tries every interleaving.

use std::cell::UnsafeCell;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use super::sync::{AtomicBool, Mutex, Ordering, heavy_barrier, light_barrier};

/// Permission for one thread to enter; shared between this thread and those who may revoke it.
pub(crate) struct Lease<T> {
    place: Arc<Place<T>>,
    /// The holder is inside.
    inside: AtomicBool,
    /// Somebody revokes, or has revoked.
    revoking: AtomicBool,
    revoked: Mutex<bool>,
}

struct Place<T>(UnsafeCell<T>);

// SAFETY: the value is reached only through `Held`, of which there is at most one at a time (see `enter`), so that
// it passes from thread to thread but is never shared.
unsafe impl<T: Send> Sync for Place<T> {}

/// The one who may enter.
pub(crate) struct Holder<T>(Arc<Lease<T>>);

/// Inside; outside again when dropped.
pub(crate) struct Held<'a, T>(&'a Lease<T>);

impl<T> Lease<T> {
    fn over(place: Arc<Place<T>>) -> Holder<T> {
        Holder(Arc::new(Self {
            place,
            inside: AtomicBool::new(false),
            revoking: AtomicBool::new(false),
            revoked: Mutex::new(false),
        }))
    }

    /// Gives the value to a new holder if the present one is outside and `still` holds then; it will find itself
    /// revoked when it wants to enter again. `None` changes nothing.
    pub(crate) fn revoke(&self, still: impl FnOnce() -> bool) -> Option<Holder<T>> {
        let mut revoked = self.revoked.lock();
        if *revoked {
            return None;
        }
        self.revoking.store(true, Ordering::SeqCst);
        // After the barrier, an entry that does not see `revoking` is one that `inside` shows.
        if !heavy_barrier() || self.inside.load(Ordering::Acquire) || !still() {
            self.revoking.store(false, Ordering::Release);
            return None;
        }
        *revoked = true;
        Some(Self::over(self.place.clone()))
    }
}

impl<T> Holder<T> {
    pub(crate) fn new(value: T) -> Self {
        Lease::over(Arc::new(Place(UnsafeCell::new(value))))
    }

    pub(crate) fn lease(&self) -> Arc<Lease<T>> {
        self.0.clone()
    }

    /// Enters; `None` when the lease was revoked.
    #[inline]
    pub(crate) fn enter(&mut self) -> Option<Held<'_, T>> {
        self.0.inside.store(true, Ordering::Relaxed);
        light_barrier();
        if self.0.revoking.load(Ordering::Acquire) {
            return self.enter_again();
        }
        Some(Held(&self.0))
    }

    #[cold]
    fn enter_again(&mut self) -> Option<Held<'_, T>> {
        loop {
            self.0.inside.store(false, Ordering::Release);
            // Whoever revokes holds this lock until it is decided.
            if *self.0.revoked.lock() {
                return None;
            }
            self.0.inside.store(true, Ordering::Relaxed);
            light_barrier();
            if !self.0.revoking.load(Ordering::Acquire) {
                return Some(Held(&self.0));
            }
        }
    }
}

impl<T> Deref for Held<'_, T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        // SAFETY: as in `deref_mut`.
        unsafe { &*self.0.place.0.get() }
    }
}

impl<T> DerefMut for Held<'_, T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: a `Held` borrows the only `Holder` of its lease mutably, so there is one per lease. Of all leases
        // over a place only the last is not revoked, and a lease is revoked only while its holder is outside and
        // cannot come in again: either the holder's store of `inside` came before the barrier, and the revoker saw
        // it, or its load of `revoking` comes after, and sees the flag.
        unsafe { &mut *self.0.place.0.get() }
    }
}

impl<T> Drop for Held<'_, T> {
    #[inline]
    fn drop(&mut self) {
        self.0.inside.store(false, Ordering::Release);
    }
}
