//! Asynchronous routines on whatever executor the suite uses: this crate links none.

use std::hint::black_box;
use std::pin::Pin;

use super::Bencher;
use crate::clock::Stopwatch;
use crate::failure::Failure;
use crate::worker::Shape;

impl Bencher {
    /// Measures an asynchronous `routine`, awaited back to back; `block_on` runs one batch to its end.
    ///
    /// ```no_run
    /// # use fabench_harness::{Bencher, Failure};
    /// # struct Runtime;
    /// # impl Runtime { fn block_on(&self, _: impl Future<Output = ()>) {} }
    /// # async fn echo() -> Result<usize, std::io::Error> { Ok(1) }
    /// fn round_trip(b: &mut Bencher, runtime: &Runtime) -> Result<(), Failure> {
    ///     b.iter_async(|batch| runtime.block_on(batch), || echo())
    /// }
    /// ```
    ///
    /// # Errors
    /// The first error of the routine, or an executor that did not run the batch to its end.
    pub fn iter_async<F, T, E>(
        &mut self,
        mut block_on: impl FnMut(Pin<Box<dyn Future<Output = ()> + '_>>),
        mut routine: impl FnMut() -> F,
    ) -> Result<(), Failure>
    where
        F: Future<Output = Result<T, E>>,
        E: Into<Failure>,
    {
        self.session.drive(Shape::any(), &mut |iterations| {
            let mut outcome = None;
            block_on(Box::pin(async {
                // Timed inside, so that starting and stopping the executor does not count.
                let watch = Stopwatch::start();
                for _ in 0..iterations {
                    match routine().await {
                        Ok(value) => drop(black_box(value)),
                        Err(error) => {
                            outcome = Some(Err(error.into()));
                            return;
                        }
                    }
                }
                outcome = Some(Ok(watch.stop()));
            }));
            outcome.unwrap_or_else(|| {
                Err(Failure::new(
                    "the executor did not run the batch to its end",
                ))
            })
        })
    }
}
