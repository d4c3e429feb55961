//! `fabench import`: the results of other tools, saved as `fabench run` saves its own.

use anyhow::ensure;
use fabench_record::MAX_FILE_BYTES;

use crate::arguments::ImportArguments;
use crate::config::Config;
use crate::exit::Exit;
use crate::files::{Foreign, json_size};
use crate::outputs::Outputs;
use crate::past;
use crate::screen::Screen;

/// Carries out `fabench import`. Everything is read before anything is saved.
pub(crate) fn import(
    config: &Config,
    arguments: &ImportArguments,
    screen: &Screen,
) -> anyhow::Result<Exit> {
    let remedy = "name a file that a benchmark tool wrote";
    let files = arguments.files.iter();
    let opened = files.map(|file| Foreign::open(file, arguments.format, remedy));
    let opened: Vec<Foreign> = opened.collect::<anyhow::Result<_>>()?;
    let runs = opened.iter().map(Foreign::runs);
    let runs: Vec<_> = runs.collect::<anyhow::Result<_>>()?;
    let outputs = Outputs::new(config, None, None)?;
    let mut benchmarks = 0;
    let mut count = 0;
    let files = arguments.files.iter();
    let of_files = files.zip(runs);
    for (file, run) in of_files.flat_map(|(file, runs)| runs.map(move |run| (file, run))) {
        let mut run = run?;
        let bytes = json_size(&run)?;
        ensure!(
            bytes <= MAX_FILE_BYTES,
            "{} can't be imported: the result of its {} benchmarks would have {bytes} bytes, more than the {MAX_FILE_BYTES} (64 MiB) that are read; split the file",
            file.display(),
            run.benchmarks.len()
        );
        count += 1;
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
