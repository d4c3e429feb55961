//! Files that users own: names, atomic writes, reads whose errors name the file.

mod foreign;
mod machine;
mod names;
mod read;
mod temporary;
mod write;

pub(crate) use foreign::Foreign;
pub(crate) use machine::machine_folder;
pub(crate) use names::{compact_time, run_id, unused, valid_save_name};
pub(crate) use read::{
    Finished, Source, Stored, read_baseline, read_finished, read_run, read_stored,
};
pub(crate) use temporary::temporary_in;
pub(crate) use write::{as_json, json_size, write_bytes, write_json, write_text, write_with};

/// File name of the accepted baseline within the baseline folder.
pub(crate) const BASELINE_FILE: &str = "performance_baseline.json";

/// File name of the values of earlier runs, beside the baseline.
pub(crate) const HISTORY_FILE: &str = "performance_history.json";

/// File name of the trends within the folder of reports.
pub(crate) const TRENDS_FILE: &str = "performance_trends.json";
