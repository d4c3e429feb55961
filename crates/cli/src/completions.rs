//! Completions for shells and manual pages, both made from the command line's own definition.

use std::path::Path;

use anyhow::Context as _;
use clap::{Command, CommandFactory as _};
use clap_mangen::Man;

use crate::arguments::{Arguments, CompletionsArguments, FolderArguments};
use crate::exit::Exit;
use crate::files::write_text;
use crate::screen::Screen;

/// Prints the completions for a shell.
pub(crate) fn completions(
    arguments: &CompletionsArguments,
    screen: &Screen,
) -> anyhow::Result<Exit> {
    let mut bytes = Vec::new();
    clap_complete::generate(
        arguments.shell,
        &mut Arguments::command(),
        "fabench",
        &mut bytes,
    );
    screen.print(&String::from_utf8(bytes).context("the completions are not UTF-8")?);
    Ok(Exit::Pass)
}

/// Writes `fabench.1` and `fabench-COMMAND.1` for each command.
pub(crate) fn man(arguments: &FolderArguments, screen: &Screen) -> anyhow::Result<Exit> {
    let mut all = Arguments::command();
    all.build();
    page(&arguments.folder, &all, "fabench")?;
    let mut count = 1;
    for command in all
        .get_subcommands()
        .filter(|command| !command.is_hide_set())
    {
        page(
            &arguments.folder,
            command,
            &format!("fabench-{}", command.get_name()),
        )?;
        count += 1;
    }
    screen.print(&format!(
        "{count} pages in {}\n",
        arguments.folder.display()
    ));
    Ok(Exit::Pass)
}

fn page(folder: &Path, command: &Command, name: &str) -> anyhow::Result<()> {
    let mut bytes = Vec::new();
    // Without a date: the same command line gives the same page.
    Man::new(command.clone())
        .title(name)
        .date("")
        .render(&mut bytes)
        .context("a page can't be rendered")?;
    let text = String::from_utf8(bytes).context("a page is not UTF-8")?;
    write_text(&folder.join(format!("{name}.1")), &text)
}
