//! Flags of `fabench import`.

use std::path::PathBuf;

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use fabench_record::formats::{self, Format};

/// Flags of `fabench import`.
#[derive(Debug, Args)]
pub(crate) struct ImportArguments {
    /// Files that another tool wrote, or criterion's folder target/criterion; each is a result of its own.
    #[arg(value_name = "FILE", required = true)]
    pub(crate) files: Vec<PathBuf>,
    /// The format of the files; `auto` recognises it.
    #[arg(long, value_name = "FORMAT", default_value = "auto", value_parser = format())]
    pub(crate) format: Wanted,
    /// Record the runs in the history as well.
    #[arg(long)]
    pub(crate) record: bool,
}

/// The format that was asked for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Wanted {
    /// Whatever the file looks like.
    Auto,
    /// This one.
    Format(&'static dyn Format),
}

fn format() -> impl TypedValueParser<Value = Wanted> {
    let names = formats::ALL.into_iter().map(Format::name);
    PossibleValuesParser::new(std::iter::once("auto").chain(names))
        .map(|name| formats::named(&name).map_or(Wanted::Auto, Wanted::Format))
}
