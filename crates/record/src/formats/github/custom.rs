//! The JSON of `customBiggerIsBetter` and `customSmallerIsBetter`: a list of names, units and values.

use super::super::collection::Collection;
use super::super::{Document, Format as _, FormatError, Imported, json};
use super::{Bench, Github, custom_id};

pub(super) fn recognises(document: &Document) -> bool {
    document.begins_and_holds('[', &["\"name\"", "\"unit\"", "\"value\""])
}

pub(super) fn read(document: &Document) -> Result<Vec<Imported>, FormatError> {
    let benches: Vec<Bench> = json::read(Github.name(), document)?;
    let mut collection = Collection::of_at_most(benches.len(), &Github);
    for (index, bench) in benches.into_iter().enumerate() {
        super::add(
            &mut collection,
            &custom_id(&bench.name),
            &bench,
            None,
            &format!("[{index}].value"),
        )?;
    }
    Ok(vec![Imported::new(&Github, collection.finish()?)])
}
