//! The parser that `FABENCH_FUZZ` names.

#![no_main]

use std::path::Path;
use std::sync::OnceLock;

use fabench_fuzz::{Parser, all, write_seeds};
use libfuzzer_sys::fuzz_target;

static PARSER: OnceLock<Parser> = OnceLock::new();

/// Chooses the parser; ends the process where none is named.
fn choose() {
    let named = std::env::var("FABENCH_FUZZ").unwrap_or_default();
    let mut parsers = all();
    let Some(at) = parsers.iter().position(|parser| parser.name == named) else {
        let list = named == "list";
        parsers
            .iter()
            .for_each(|parser| println!("{}", parser.name));
        if !list {
            eprintln!("there is no parser `{named}`: set FABENCH_FUZZ to one of these");
        }
        std::process::exit(if list { 0 } else { 2 });
    };
    let parser = parsers.swap_remove(at);
    if let Some(folder) = std::env::var_os("FABENCH_FUZZ_SEEDS")
        && let Err(error) = write_seeds(&parser, Path::new(&folder))
    {
        eprintln!(
            "seeds can't be written to {}: {error}",
            Path::new(&folder).display()
        );
        std::process::exit(1);
    }
    let _ = PARSER.set(parser);
}

fuzz_target!(init: choose(), |bytes: &[u8]| {
    if let Some(parser) = PARSER.get() {
        (parser.read)(bytes);
    }
});
