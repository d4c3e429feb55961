//! `fabench import`: the results of other tools, saved as `fabench run` saves its own.

use fabench_record::Run;

use crate::arguments::ImportArguments;
use crate::config::Config;
use crate::exit::Exit;
use crate::files::read_foreign;
use crate::outputs::Outputs;
use crate::past;
use crate::screen::Screen;

/// Carries out `fabench import`. Everything is read before anything is saved.
pub(crate) fn import(
    config: &Config,
    arguments: &ImportArguments,
    screen: &Screen,
) -> anyhow::Result<Exit> {
    let mut runs: Vec<Run> = Vec::new();
    for file in &arguments.files {
        runs.extend(read_foreign(file, arguments.format)?);
    }
    let outputs = Outputs::new(config, None, None)?;
    let mut benchmarks = 0;
    let count = runs.len();
    for mut run in runs {
        run.id = outputs.unused_id(&run.id);
        if arguments.record {
            past::record(config, &run, screen);
        }
        outputs.save(&run, screen)?;
        benchmarks += run.benchmarks.len();
    }
    let plural = if count == 1 { "run" } else { "runs" };
    let text = format!("imported {count} {plural} with {benchmarks} benchmarks in all");
    screen.print(&format!("{}\n", screen.style().good(&text)));
    Ok(Exit::Pass)
}
