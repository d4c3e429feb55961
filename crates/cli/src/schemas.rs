//! JSON schemas, made from the types that read and write each file.

use fabench_gate::Comparison;
use fabench_history::HistoryLine;
use fabench_record::{Baseline, Run};
use schemars::{JsonSchema, schema_for};

use crate::arguments::FolderArguments;
use crate::calibrate::Calibration;
use crate::check::{Trends, Values};
use crate::config;
use crate::exit::Exit;
use crate::files::{as_json, write_text};
use crate::screen::Screen;

/// Writes a schema for each kind of file.
pub(crate) fn schemas(arguments: &FolderArguments, screen: &Screen) -> anyhow::Result<Exit> {
    let all = [
        ("calibration", schema::<Calibration>()?),
        ("fabench_toml", schema::<config::File>()?),
        ("history_line", schema::<HistoryLine>()?),
        ("performance_baseline", schema::<Baseline>()?),
        ("performance_history", schema::<Values<'_>>()?),
        ("performance_trends", schema::<Trends<'_>>()?),
        ("regression_report", schema::<Comparison>()?),
        ("result", schema::<Run>()?),
    ];
    for (name, text) in &all {
        let path = arguments.folder.join(format!("{name}.schema.json"));
        write_text(&path, text)?;
    }
    let count = all.len();
    screen.print(&format!(
        "{count} schemas in {}\n",
        arguments.folder.display()
    ));
    Ok(Exit::Pass)
}

fn schema<T: JsonSchema>() -> anyhow::Result<String> {
    as_json(&schema_for!(T))
}
