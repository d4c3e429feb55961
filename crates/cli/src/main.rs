//! `fabench`: run a suite, keep a baseline, judge what changed.
//!
//! Reads as the pipeline: arguments, configuration, command, exit code.

mod arguments;
mod build_suite;
mod check;
mod compare;
mod config;
mod exit;
mod files;
mod interrupt;
mod judgement;
mod offer;
mod past;
mod run;
mod screen;
mod selection;
mod source;
mod suggest;

use std::process::ExitCode;

use clap::Parser as _;

use crate::arguments::{Arguments, Command};
use crate::config::Config;
use crate::exit::{Exit, Interrupted, UsageError};
use crate::screen::Screen;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let screen = Screen::new();
    let exit = carry_out(&arguments, &screen).unwrap_or_else(|error| {
        screen.fail(&error);
        if error.is::<UsageError>() {
            Exit::Usage
        } else if error.is::<Interrupted>() {
            Exit::Interrupted
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
        Command::Compare(arguments) => compare::compare(&config, arguments, screen),
    }
}
