//! Trying again. Invariant: only after errors that say nothing was changed, at most [`ATTEMPTS`] times, and not when one
//! statement's time is over.

use std::future::Future;
use std::time::{Duration, Instant};

use tokio_postgres::error::SqlState;

use super::errors;
use crate::store::StoreError;

const ATTEMPTS: u32 = 3;
/// Long enough for a server that restarts its processes to accept connections again, short enough not to
/// be felt. Doubles from attempt to attempt.
const PAUSE: Duration = Duration::from_millis(50);

/// Runs `attempt` until it succeeds, fails for good, was tried often enough, or has taken `patience`.
pub(super) async fn again<T, F>(
    patience: Duration,
    mut attempt: impl FnMut() -> F,
) -> Result<T, StoreError>
where
    F: Future<Output = Result<T, StoreError>>,
{
    let asked = Instant::now();
    let mut pause = PAUSE;
    for _ in 1..ATTEMPTS {
        match attempt().await {
            Err(error) if worthwhile(&error) && asked.elapsed() < patience => {
                tracing::warn!(%error, ?pause, "trying again");
                tokio::time::sleep(pause).await;
                pause *= 2;
            }
            outcome => return outcome,
        }
    }
    attempt().await
}

/// Whether nothing was changed and another attempt may fare better. A time-out is not tried again: the
/// caller has waited long enough.
fn worthwhile(error: &StoreError) -> bool {
    matches!(error, StoreError::Lost { .. })
        || matches!(
            errors::sql_state(error),
            Some(&SqlState::T_R_DEADLOCK_DETECTED | &SqlState::T_R_SERIALIZATION_FAILURE)
        )
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    fn run(outcomes: Vec<Result<u8, StoreError>>) -> (Result<u8, StoreError>, usize) {
        run_within(Duration::from_secs(60), outcomes)
    }

    fn run_within(
        patience: Duration,
        outcomes: Vec<Result<u8, StoreError>>,
    ) -> (Result<u8, StoreError>, usize) {
        let tried = Cell::new(0);
        let outcomes = std::cell::RefCell::new(outcomes.into_iter());
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .unwrap();
        let outcome = runtime.block_on(again(patience, || {
            tried.set(tried.get() + 1);
            let outcome = outcomes.borrow_mut().next().unwrap();
            async { outcome }
        }));
        (outcome, tried.get())
    }

    fn lost() -> Result<u8, StoreError> {
        Err(StoreError::Lost {
            place: "here".to_owned(),
            source: "reset".into(),
        })
    }

    #[test]
    fn a_lost_connection_is_tried_again() {
        let (outcome, tried) = run(vec![lost(), Ok(7)]);
        assert_eq!((outcome.unwrap(), tried), (7, 2));
        let (outcome, tried) = run(vec![lost(), lost(), lost(), Ok(7)]);
        assert!(matches!(outcome, Err(StoreError::Lost { .. })));
        assert_eq!(tried, 3);
    }

    #[test]
    fn whoever_has_waited_long_enough_is_told() {
        let (outcome, tried) = run_within(Duration::ZERO, vec![lost(), Ok(7)]);
        assert!(matches!(outcome, Err(StoreError::Lost { .. })));
        assert_eq!(tried, 1);
    }

    #[test]
    fn an_unknown_outcome_is_left_to_the_caller() {
        let unknown = Err(StoreError::OutcomeUnknown {
            place: "here".to_owned(),
            source: "reset".into(),
        });
        let (outcome, tried) = run(vec![unknown, Ok(7)]);
        assert!(matches!(outcome, Err(StoreError::OutcomeUnknown { .. })));
        assert_eq!(tried, 1);
    }
}
