//! Flags of `fabench export`.

use std::path::PathBuf;

use clap::Args;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use fabench_record::formats::export::{self, Export};

/// Flags of `fabench export`.
#[derive(Debug, Args)]
pub(crate) struct WriteOutArguments {
    /// A result, ours or another tool's [default: results/latest.json].
    #[arg(value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
    /// The format to write.
    #[arg(long, short, value_name = "FORMAT", value_parser = format())]
    pub(crate) format: &'static dyn Export,
    /// Write it to this file, replacing it, instead of to standard output.
    #[arg(long, short, value_name = "PATH")]
    pub(crate) output: Option<PathBuf>,
}

fn format() -> impl TypedValueParser<Value = &'static dyn Export> {
    let values = export::ALL.map(|format| PossibleValue::new(format.name()).help(format.read_by()));
    PossibleValuesParser::new(values)
        .try_map(|name| export::named(&name).ok_or_else(|| format!("there is no format `{name}`")))
}
