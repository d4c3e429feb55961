//! `fabench export`: a result as another tool reads it.

use crate::arguments::WriteOutArguments;
use crate::config::Config;
use crate::exit::Exit;
use crate::files::{read_run, write_text};
use crate::screen::Screen;

/// Carries out `fabench export`.
pub(crate) fn export(
    config: &Config,
    arguments: &WriteOutArguments,
    screen: &Screen,
) -> anyhow::Result<Exit> {
    let file = arguments
        .file
        .clone()
        .unwrap_or_else(|| config.results().join("latest.json"));
    let run = read_run(
        &file,
        "make one with `fabench run`, or name the file of a result",
    )?;
    let exported = arguments.format.write(&run);
    let name = arguments.format.name();
    if exported.left_out > 0 {
        screen.warn(&format!(
            "{} of {} benchmarks have nothing that {name} can hold and are not in it",
            exported.left_out,
            run.benchmarks.len()
        ));
    }
    match &arguments.output {
        None => screen.print(&exported.text),
        Some(path) => {
            write_text(path, &exported.text)?;
            screen.print(&format!(
                "{} benchmarks written as {name} to {}\n",
                run.benchmarks.len() - exported.left_out,
                path.display()
            ));
        }
    }
    Ok(Exit::Pass)
}
