//! Times of records as milliseconds since 1970, for windows and order.

use fabench_record::Run;
use jiff::Timestamp;

use crate::HistoryError;

/// When `run` started.
pub(crate) fn started_ms(run: &Run) -> Result<i64, HistoryError> {
    let parsed: Result<Timestamp, _> = run.started_at.parse();
    parsed
        .map(Timestamp::as_millisecond)
        .map_err(|_| HistoryError::Time {
            id: run.id.clone(),
            started_at: run
                .started_at
                .chars()
                .take(60)
                .flat_map(char::escape_debug)
                .collect(),
        })
}
