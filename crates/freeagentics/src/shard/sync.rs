//! What the lease synchronises by, in one place, so that a model checker can take it over (`tests/lease_model.rs`).
//!
//! Invariant: of a light and a heavy barrier, one comes first; whatever was stored before that one is seen after the other.

pub(crate) use std::sync::atomic::{AtomicBool, Ordering};

pub(crate) use parking_lot::Mutex;

/// Keeps the compiler from moving anything across; the processor is held by the heavy side.
#[inline]
pub(crate) fn light_barrier() {
    std::sync::atomic::compiler_fence(Ordering::SeqCst);
}

/// Has every running thread of this process pass a full memory barrier. `false` where the system cannot do that
/// (anything but Linux from 4.14 on): then nothing is ever revoked.
pub(crate) fn heavy_barrier() -> bool {
    #[cfg(target_os = "linux")]
    {
        use rustix::thread::{MembarrierCommand, membarrier};
        static REGISTERED: std::sync::OnceLock<bool> = std::sync::OnceLock::new();
        let register = || membarrier(MembarrierCommand::RegisterPrivateExpedited).is_ok();
        *REGISTERED.get_or_init(register) && membarrier(MembarrierCommand::PrivateExpedited).is_ok()
    }
    #[cfg(not(target_os = "linux"))]
    false
}
