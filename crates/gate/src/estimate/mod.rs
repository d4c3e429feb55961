//! Estimating from few launches: quantiles, robust centres and what they are worth.

mod proportion;
mod quantile;
mod student;
mod trimmed;
mod wilcoxon;

pub use proportion::{Rate, proportion_interval};
pub use quantile::quantile_sorted;
pub(crate) use quantile::{median, sorted};
pub(crate) use student::{normal_quantile, student_quantile};
pub(crate) use trimmed::Trimmed;
pub(crate) use wilcoxon::signed_rank;
