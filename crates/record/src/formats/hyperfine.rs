//! hyperfine's `--export-json`.
//!
//! Every timed run of a command is a process of its own, so it is a launch here: `wall_time` from `times`, `peak_rss`
//! from `memory_usage_byte` (since 1.19). User and system time exist as means only: `cpu_time` is one value. A command
//! that ended with another exit code than 0, or was ended by a signal, is failed. The category is `command`.

use serde::Deserialize;

use super::collection::Collection;
use super::imported::{Parameters, as_text};
use super::{Document, Format, FormatError, Imported, json, names};
use crate::{Direction, Metric, Unit};

/// See the module.
#[derive(Debug)]
pub(super) struct Hyperfine;

#[derive(Deserialize)]
struct File {
    results: Vec<Timed>,
}

/// Times in seconds; what is not known is null.
#[derive(Deserialize)]
struct Timed {
    command: String,
    mean: Option<f64>,
    user: Option<f64>,
    system: Option<f64>,
    times: Option<Vec<f64>>,
    memory_usage_byte: Option<Vec<u64>>,
    exit_codes: Option<Vec<Option<i32>>>,
    parameters: Option<Parameters>,
}

impl Format for Hyperfine {
    fn name(&self) -> &'static str {
        "hyperfine"
    }

    fn made_by(&self) -> &'static str {
        "hyperfine --export-json FILE COMMAND"
    }

    fn recognises(&self, document: &Document) -> bool {
        document.begins_and_holds('{', &["\"results\"", "\"command\"", "\"stddev\""])
    }

    fn read(&self, document: &Document) -> Result<Vec<Imported>, FormatError> {
        let file: File = json::read(self.name(), document)?;
        let mut collection = Collection::of_at_most(file.results.len(), self);
        for (index, result) in file.results.into_iter().enumerate() {
            add(&mut collection, index, &result)?;
        }
        Ok(vec![Imported::new(self, collection.finish()?)])
    }
}

fn add(collection: &mut Collection, index: usize, result: &Timed) -> Result<(), FormatError> {
    let parameters: Vec<(&String, String)> = result
        .parameters
        .iter()
        .flatten()
        .map(|(name, value)| (name, as_text(value)))
        .collect();
    let mut id = names::id(&["command", &result.command]);
    if collection.contains(&id) {
        let told: Vec<String> = parameters
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        id = names::id(&["command", &format!("{} {}", result.command, told.join(" "))]);
    }
    let entry = collection.add(&id, &result.command);
    for (name, value) in &parameters {
        collection.parameter(entry, name, value);
    }
    let at = |what: &str| format!("results[{index}].{what}");
    let times = result.times.as_deref().unwrap_or_default();
    collection.expect_launches(entry, times.len());
    for (launch, seconds) in times.iter().enumerate() {
        let place = |_| at(&format!("times[{launch}]"));
        let time = Metric::sampled_time();
        collection.scaled((entry, launch), time, (&[*seconds], 1e9), place)?;
    }
    if times.is_empty()
        && let Some(mean) = result.mean
    {
        let metric = Metric::value("mean_time", Unit::Nanoseconds, Direction::LowerIsBetter);
        collection.scaled((entry, 0), metric, (&[mean], 1e9), |_| at("mean"))?;
    }
    if let (Some(user), Some(system)) = (result.user, result.system) {
        let metric = Metric::value("cpu_time", Unit::Nanoseconds, Direction::LowerIsBetter);
        collection.scaled((entry, 0), metric, (&[(user + system)], 1e9), |_| {
            at("user")
        })?;
    }
    let memory = result.memory_usage_byte.as_deref().unwrap_or_default();
    for (launch, bytes) in memory.iter().enumerate() {
        collection.launch(entry, launch).peak_rss_bytes = Some(*bytes);
    }
    if !memory.is_empty() {
        collection.get(entry).metrics.push(Metric::peak_rss());
    }
    let codes = result.exit_codes.as_deref().unwrap_or_default();
    if let Some((run, code)) = codes.iter().enumerate().find(|(_, code)| **code != Some(0)) {
        let how = code.map_or_else(|| "a signal".to_owned(), |code| format!("exit code {code}"));
        collection.fail(entry, &format!("run {} ended with {how}", run + 1));
    }
    Ok(())
}
