//! `fabench`: run a suite, keep a baseline, judge what changed.
//!
//! Reads as the pipeline: arguments, configuration, command, exit code.

mod arguments;
mod build_suite;
mod check;
mod config;
mod exit;
mod files;
mod interrupt;
mod run;
mod screen;
mod source;
mod suggest;

use std::process::ExitCode;

use clap::Parser as _;

use crate::arguments::{Arguments, Command};
use crate::config::Config;
use crate::exit::{Exit, UsageError};
use crate::screen::Screen;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let screen = Screen::new();
    let exit = carry_out(&arguments, &screen).unwrap_or_else(|error| {
        screen.fail(&error);
        if error.is::<UsageError>() {
            Exit::Usage
        } else {
            Exit::Failed
        }
    });
    exit.into()
}

fn carry_out(arguments: &Arguments, screen: &Screen) -> anyhow::Result<Exit> {
    let config = Config::load(arguments.config.as_deref())?;
    match &arguments.command {
        Command::Run(arguments) => run::run(&config, arguments, screen),
        Command::Check(arguments) => check::check(&config, arguments, screen),
    }
}
