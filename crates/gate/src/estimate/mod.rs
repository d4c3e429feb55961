//! Estimating from few launches: quantiles, robust centres and what they are worth.

mod quantile;
mod student;
mod trimmed;

pub(crate) use quantile::{median, quantile_sorted, sorted};
pub(crate) use student::{normal_quantile, student_quantile};
pub(crate) use trimmed::Trimmed;
