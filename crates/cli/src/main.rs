//! `fabench`: run a suite, keep a baseline, judge what changed.
//!
//! Reads as the pipeline: arguments, configuration, command, exit code.

#![forbid(unsafe_code)]

mod accepted;
mod arguments;
mod bisect;
mod build_suite;
mod builtin_suite;
mod calibrate;
mod check;
mod command_line;
mod compare;
mod completions;
mod config;
mod dashboard;
mod doctor;
mod exit;
mod export;
mod files;
mod github;
mod history;
mod import;
mod init;
mod interrupt;
mod judgement;
mod live;
mod offer;
mod outputs;
mod own_suite;
mod pair;
mod past;
mod profile;
mod report;
mod run;
mod schemas;
mod screen;
mod secret;
mod selection;
mod selftest;
mod serve;
mod source;
mod suggest;
mod time_bar;
mod worker;

use std::process::ExitCode;

use clap::Parser as _;

use crate::arguments::{Arguments, Command};
use crate::config::Config;
use crate::exit::{Exit, Interrupted, UsageError};
use crate::screen::Screen;

fn main() -> ExitCode {
    if builtin_suite::is_wanted() {
        return worker::main();
    }
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return command_line::refuse(error),
    };
    let screen = Screen::new();
    let done = command_line::keep_secrets_off().and_then(|()| carry_out(&arguments, &screen));
    let exit = done.unwrap_or_else(|error| {
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
    // Read by those who need it: the others work where there is none yet, or a broken one.
    let config =
        || Config::load(arguments.config.as_deref())?.with_history(arguments.history.as_ref());
    match &arguments.command {
        Command::Run(arguments) => run::run(&config()?, arguments, screen),
        Command::Check(arguments) => check::check(&config()?, arguments, screen),
        Command::Compare(arguments) => compare::compare(&config()?, arguments, screen),
        Command::Report(arguments) => report::report(&config()?, arguments, screen),
        Command::Profile(arguments) => profile::profile(&config()?, arguments, screen),
        Command::Bisect(arguments) => bisect::bisect(&config()?, arguments, screen),
        Command::Import(arguments) => import::import(&config()?, arguments, screen),
        Command::Export(arguments) => export::export(&config()?, arguments, screen),
        Command::Calibrate(arguments) => calibrate::calibrate(&config()?, arguments, screen),
        Command::Selftest(arguments) => selftest::selftest(&config()?, arguments, screen),
        Command::History(arguments) => history::history(&config()?, arguments, screen),
        Command::Dashboard(arguments) => dashboard::dashboard(&config()?, arguments, screen),
        Command::Serve(arguments) => serve::serve(&config()?, arguments, screen),
        Command::Init(arguments) => init::init(arguments, screen),
        Command::Doctor(doctor) => doctor::doctor(arguments.config.as_deref(), doctor, screen),
        Command::Completions(arguments) => completions::completions(arguments, screen),
        Command::Man(arguments) => completions::man(arguments, screen),
        Command::Schemas(arguments) => schemas::schemas(arguments, screen),
    }
}
