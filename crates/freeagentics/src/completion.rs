//! A value that arrives once: spin briefly, then park the thread or wake the task.
//!
//! Invariant: a [`Ticket`] always resolves; when the [`Completer`] is dropped without a value, it resolves to "abandoned".

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::Thread;
use std::time::{Duration, Instant};

use parking_lot::Mutex;

use crate::error::RuntimeError;

/// Checks of the flag before giving up the core: about 2 µs, as long as a reply from a running shard takes.
const SPINS: u32 = 60;

pub(crate) fn pair<T>() -> (Completer<T>, Pending<T>) {
    let cell = Arc::new(Cell {
        done: AtomicBool::new(false),
        state: Mutex::new(State {
            value: None,
            waker: None,
        }),
    });
    (Completer(Some(cell.clone())), Pending { cell })
}

struct Cell<T> {
    done: AtomicBool,
    state: Mutex<State<T>>,
}

struct State<T> {
    value: Option<T>,
    waker: Option<Waker>,
}

impl<T> Cell<T> {
    fn finish(&self, value: Option<T>) {
        let waker = {
            let mut state = self.state.lock();
            if self.done.load(Ordering::Relaxed) {
                return;
            }
            state.value = value;
            self.done.store(true, Ordering::Release);
            state.waker.take()
        };
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

/// The side that provides the value.
pub(crate) struct Completer<T>(Option<Arc<Cell<T>>>);

impl<T> Completer<T> {
    pub(crate) fn complete(mut self, value: T) {
        if let Some(cell) = self.0.take() {
            cell.finish(Some(value));
        }
    }
}

impl<T> Completer<T> {
    /// A second way to provide the value: whoever is first counts.
    pub(crate) fn twin(&self) -> Option<Twin<T>> {
        self.0.clone().map(Twin)
    }
}

/// Provides the value if its [`Completer`] has not; dropping it says nothing.
pub(crate) struct Twin<T>(Arc<Cell<T>>);

impl<T> Twin<T> {
    pub(crate) fn complete(self, value: T) {
        self.0.finish(Some(value));
    }
}

impl<T> Drop for Completer<T> {
    fn drop(&mut self) {
        if let Some(cell) = self.0.take() {
            cell.finish(None);
        }
    }
}

/// The side that waits; resolves to `None` when abandoned.
pub(crate) struct Pending<T> {
    cell: Arc<Cell<T>>,
}

impl<T> Pending<T> {
    fn spin(&self) -> bool {
        for _ in 0..SPINS {
            if self.cell.done.load(Ordering::Acquire) {
                return true;
            }
            std::hint::spin_loop();
        }
        false
    }

    fn take(&self) -> Option<T> {
        self.cell.state.lock().value.take()
    }

    /// Blocks until the value is there or `deadline` has passed (`Err`).
    pub(crate) fn wait_until(self, deadline: Option<Instant>) -> Result<Option<T>, Self> {
        if self.spin() {
            return Ok(self.take());
        }
        let waker = Waker::from(Arc::new(Unpark(std::thread::current())));
        self.cell.state.lock().waker = Some(waker);
        while !self.cell.done.load(Ordering::Acquire) {
            match deadline {
                None => std::thread::park(),
                Some(deadline) => {
                    let left = deadline.saturating_duration_since(Instant::now());
                    if left.is_zero() {
                        return Err(self);
                    }
                    std::thread::park_timeout(left);
                }
            }
        }
        Ok(self.take())
    }

    pub(crate) fn poll_value(&self, context: &Context<'_>) -> Poll<Option<T>> {
        if self.spin() {
            return Poll::Ready(self.take());
        }
        let mut state = self.cell.state.lock();
        if self.cell.done.load(Ordering::Acquire) {
            return Poll::Ready(state.value.take());
        }
        match &mut state.waker {
            Some(waker) => waker.clone_from(context.waker()),
            empty => *empty = Some(context.waker().clone()),
        }
        Poll::Pending
    }
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// The result of something the runtime was asked to do: await it, or block with [`Ticket::wait`].
#[must_use = "the work goes on without it, but its outcome is lost"]
pub struct Ticket<T>(Pending<T>);

impl<T> Ticket<T> {
    pub(crate) fn new(pending: Pending<T>) -> Self {
        Self(pending)
    }

    /// Blocks the thread until the work is done.
    ///
    /// # Errors
    /// [`RuntimeError::Closed`] when the runtime shut down first.
    pub fn wait(self) -> Result<T, RuntimeError> {
        match self.0.wait_until(None) {
            Ok(Some(value)) => Ok(value),
            _ => Err(RuntimeError::Closed),
        }
    }

    /// Blocks the thread until the work is done, at most for `limit`.
    ///
    /// # Errors
    /// [`RuntimeError::Closed`] when the runtime shut down first, [`RuntimeError::Busy`] when time ran out.
    pub fn wait_timeout(self, limit: Duration) -> Result<T, RuntimeError> {
        match self.0.wait_until(Some(Instant::now() + limit)) {
            Ok(Some(value)) => Ok(value),
            Ok(None) => Err(RuntimeError::Closed),
            Err(_) => Err(RuntimeError::Busy {
                pending: 0,
                waited: limit,
            }),
        }
    }
}

impl<T> Future for Ticket<T> {
    type Output = Result<T, RuntimeError>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        self.0
            .poll_value(context)
            .map(|value| value.ok_or(RuntimeError::Closed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn value_arrives_from_another_thread() {
        let (completer, pending) = pair();
        let thread = std::thread::spawn(move || completer.complete(7));
        assert_eq!(Ticket(pending).wait(), Ok(7));
        thread.join().expect("the completing thread ends");
    }

    #[test]
    fn dropped_completer_resolves_as_closed() {
        let (completer, pending) = pair::<u8>();
        drop(completer);
        assert_eq!(Ticket(pending).wait(), Err(RuntimeError::Closed));
    }

    #[test]
    fn the_first_of_twins_counts() {
        let (completer, pending) = pair();
        let twin = completer.twin().expect("not completed");
        twin.complete(1);
        completer.complete(2);
        assert_eq!(Ticket(pending).wait(), Ok(1));
    }

    #[test]
    fn waiting_ends_at_the_limit() {
        let (completer, pending) = pair::<u8>();
        let outcome = Ticket(pending).wait_timeout(Duration::from_millis(5));
        assert!(matches!(outcome, Err(RuntimeError::Busy { .. })));
        drop(completer);
    }
}
