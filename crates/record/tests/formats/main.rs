//! What other tools wrote is read to the values in it, and what is damaged is named with its place.

mod bad_input;
mod contents;
mod damage;
mod exported_runs;
mod exports;
mod generated;
mod other_tools;
mod rust_tools;
mod support;
