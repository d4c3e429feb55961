//! asv's results: one file a commit and environment, both versions of the format, or the folder `.asv/results`.
//!
//! In version 2 the columns of a benchmark stand one after the other, as `result_columns` names them; `result` and
//! `samples` hold a value for each combination of its parameters. A combination is a benchmark here, named `module.Class/time_sort(10, 'list')`. A result
//! that is null has failed; one that is NaN was skipped and is left out. Samples, or the result where there are none,
//! are `wall_time` for times and `value` for everything else. The kind comes from the name (`time_…`, `mem_…`, `peakmem_…`, `track_…`); units and names of
//! parameters stand in `benchmarks.json`, so they are known only where the folder is read. A run's time is that of its
//! commit, as asv orders them.

use std::collections::BTreeMap;

use litemap::LiteMap;
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::collection::Collection;
use super::imported::as_text;
use super::units::{self, direction};
use super::{Document, FolderFormat, Format, FormatError, Imported, Moment, Runs, json, names};
use crate::{BenchmarkId, Direction, Metric, Source, Unit};

/// See the module.
#[derive(Debug)]
pub(super) struct Asv;

#[derive(Deserialize)]
struct File<'d> {
    commit_hash: Option<String>,
    date: Option<i64>,
    #[serde(default)]
    params: BTreeMap<String, Value>,
    python: Option<Value>,
    env_name: Option<String>,
    result_columns: Option<Vec<String>>,
    /// Of which few columns matter, so each is looked at by itself.
    #[serde(borrow)]
    results: LiteMap<String, &'d RawValue>,
}

/// What `benchmarks.json` says of a benchmark; it also holds a plain number, its version.
#[derive(Deserialize)]
struct About {
    #[serde(default)]
    param_names: Vec<String>,
    unit: Option<String>,
}

const UNKNOWN: &About = &About {
    param_names: Vec::new(),
    unit: None,
};

impl Format for Asv {
    fn name(&self) -> &'static str {
        "asv"
    }

    fn made_by(&self) -> &'static str {
        "asv run, which writes .asv/results"
    }

    fn recognises(&self, document: &Document) -> bool {
        let sure = ["\"commit_hash\"", "\"env_name\""];
        document.begins_and_holds('{', &sure)
            || document
                .begins_and_holds('{', &["\"commit_hash\"", "\"requirements\"", "\"results\""])
    }

    fn read(&self, document: &Document) -> Result<Vec<Imported>, FormatError> {
        Ok(vec![read_one(document, &BTreeMap::new())?])
    }

    fn folder(&self) -> Option<&dyn FolderFormat> {
        Some(self)
    }
}

const ABOUT_FILE: &str = "benchmarks.json";

impl FolderFormat for Asv {
    /// `benchmarks.json` and files that begin with a commit.
    fn wants(&self, path: &str) -> bool {
        let file = path.rsplit('/').next().unwrap_or(path);
        let commit = file
            .strip_suffix(".json")
            .and_then(|file| file.split_once('-'));
        file == ABOUT_FILE
            || commit.is_some_and(|(commit, _)| {
                commit.len() >= 7 && commit.bytes().all(|byte| byte.is_ascii_hexdigit())
            })
    }

    fn holds_values(&self, path: &str) -> bool {
        !path.ends_with(ABOUT_FILE)
    }

    fn read(&self, documents: &[Document]) -> Result<Vec<Imported>, FormatError> {
        FolderFormat::runs(self, documents)?.collect()
    }

    fn runs<'d>(&self, documents: &'d [Document]) -> Result<Runs<'d>, FormatError> {
        let mut about = BTreeMap::new();
        let is_about = |document: &&Document| document.name().ends_with(ABOUT_FILE);
        for document in documents.iter().filter(is_about) {
            let all: BTreeMap<String, Value> = json::read_with_constants(self.name(), document)?;
            about.extend(all.into_iter().filter_map(|(name, value)| {
                Some((name, serde_json::from_value::<About>(value).ok()?))
            }));
        }
        let mut runs = Vec::new();
        for document in documents.iter().filter(|document| !is_about(document)) {
            match read_one(document, &about) {
                Ok(run) => runs.push((run.started_at, document)),
                // A commit at which everything was skipped has no run.
                Err(FormatError::Nothing { .. }) => {}
                Err(error) => return Err(error.in_file(document.name())),
            }
        }
        if runs.is_empty() {
            return Err(Collection::new(self)
                .finish()
                .map(drop)
                .err()
                .unwrap_or(FormatError::Empty));
        }
        runs.sort_by_key(|(started_at, _)| match started_at {
            Some(Moment::UnixMs(at)) => *at,
            _ => 0,
        });
        let runs = runs.into_iter();
        Ok(Box::new(
            runs.map(move |(_, document)| read_one(document, &about)),
        ))
    }
}

fn read_one(document: &Document, about: &BTreeMap<String, About>) -> Result<Imported, FormatError> {
    let text = json::with_constants(document.text());
    let file: File<'_> = json::read_text(Asv.name(), &text, 0)?;
    let mut collection = Collection::new(&Asv);
    for (name, result) in &file.results {
        let about = about.get(name).unwrap_or(UNKNOWN);
        let path = format!("results.{name}");
        let result: Value = json::read_part(Asv.name(), &text, result.get(), &path)?;
        let columns = Columns::of(&result, file.result_columns.as_deref());
        add(&mut collection, name, about, &columns)?;
    }
    let mut imported = Imported::new(&Asv, collection.finish()?);
    imported.started_at = file.date.map(Moment::UnixMs);
    imported.source = Source {
        commit: file.commit_hash,
        ..Source::default()
    };
    let told = |key: &str| {
        file.params
            .get(key)
            .map(as_text)
            .filter(|text| !text.is_empty())
    };
    let machine = &mut imported.machine;
    for (key, field) in [
        ("cpu", &mut machine.cpu),
        ("os", &mut machine.os),
        ("arch", &mut machine.arch),
    ] {
        if let Some(value) = told(key) {
            *field = value;
        }
    }
    machine.cores = told("num_cpu")
        .and_then(|count| count.parse().ok())
        .unwrap_or(0);
    if let Some(environment) = file.env_name.or(file.python.as_ref().map(as_text)) {
        machine.toolchain = names::printable(&environment);
    }
    Ok(imported)
}

/// The columns of a benchmark that matter here.
struct Columns<'a> {
    result: Option<&'a Value>,
    params: Option<&'a Value>,
    samples: Option<&'a Value>,
}

impl<'a> Columns<'a> {
    /// Version 2 zips them with their names; version 1 has an object, or a number alone.
    fn of(result: &'a Value, names: Option<&[String]>) -> Self {
        let column = |name: &str| match (result, names) {
            (Value::Array(columns), Some(names)) => {
                columns.get(names.iter().position(|known| known == name)?)
            }
            (Value::Object(fields), _) => fields.get(name),
            (plain, _) => (name == "result").then_some(plain),
        };
        Self {
            result: column("result"),
            params: column("params"),
            samples: column("samples"),
        }
    }
}

fn add(
    collection: &mut Collection,
    name: &str,
    about: &About,
    columns: &Columns<'_>,
) -> Result<(), FormatError> {
    let params: Vec<Vec<String>> = columns
        .params
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .map(|values| {
            values
                .as_array()
                .into_iter()
                .flatten()
                .map(as_text)
                .collect()
        })
        .collect();
    let whole_failed = columns.result.is_none_or(Value::is_null);
    let count = params
        .iter()
        .map(Vec::len)
        .fold(1_usize, usize::saturating_mul);
    let told = columns.result.and_then(Value::as_array).map_or(1, Vec::len);
    if !whole_failed && told != count {
        let problem =
            format!("{told} results for {count} combinations of parameters; expected one for each");
        return Err(FormatError::invalid(
            Asv.name(),
            &format!("results.{name}"),
            &problem,
        ));
    }
    // How many there are was just compared with what is in the file, unless all of it failed.
    let combinations = if whole_failed {
        vec![Vec::new()]
    } else {
        product(&params)
    };
    for (index, combination) in combinations.iter().enumerate() {
        let at = |column: &str| format!("results.{name}.{column}[{index}]");
        let result = match columns.result {
            Some(Value::Array(all)) => all.get(index).unwrap_or(&Value::Null),
            Some(one) => one,
            None => &Value::Null,
        };
        if result.as_str() == Some(json::NAN) {
            continue;
        }
        let (id, shown) = id(name, combination);
        let entry = collection.add(&id, &shown);
        for (number, value) in combination.iter().enumerate() {
            let parameter = about.param_names.get(number).cloned();
            let parameter = parameter.unwrap_or_else(|| format!("param{}", number + 1));
            collection.parameter(entry, &parameter, value);
        }
        if result.is_null() {
            collection.fail(entry, "asv says that it failed");
            continue;
        }
        let (metric, scale) = metric(name, about);
        let samples = match columns.samples {
            Some(Value::Array(all)) => all.get(index).and_then(Value::as_array),
            _ => None,
        };
        let (values, column) = match samples.filter(|samples| !samples.is_empty()) {
            Some(samples) => (samples.iter().collect(), "samples"),
            None => (vec![result], "result"),
        };
        let mut numbers = Vec::with_capacity(values.len());
        for value in values {
            numbers.push(value.as_f64().ok_or_else(|| {
                let problem = format!("{value} is no number");
                FormatError::invalid(Asv.name(), &at(column), &problem)
            })?);
        }
        collection.scaled((entry, 0), metric, (&numbers, scale), |_| at(column))?;
    }
    Ok(())
}

/// Every combination, the last parameter changing fastest, as Python's `itertools.product` has them.
fn product(params: &[Vec<String>]) -> Vec<Vec<String>> {
    params.iter().fold(vec![Vec::new()], |before, values| {
        let with = |one: &Vec<String>, value: &String| {
            [one.as_slice(), std::slice::from_ref(value)].concat()
        };
        before
            .iter()
            .flat_map(|one| values.iter().map(move |value| with(one, value)))
            .collect()
    })
}

/// `sorting.Sort.time_sorted` with its parameters: the last part is the name.
fn id(name: &str, combination: &[String]) -> (BenchmarkId, String) {
    let (module, own) = name.rsplit_once('.').unwrap_or(("asv", name));
    let told = match combination {
        [] => String::new(),
        values => format!("({})", values.join(", ")),
    };
    let id = names::id(&[module, &format!("{own}{told}")]);
    (id, format!("{name}{told}"))
}

fn metric(name: &str, about: &About) -> (Metric, f64) {
    let own = name.rsplit('.').next().unwrap_or(name).to_lowercase();
    let kind = own.split('_').next().unwrap_or("");
    let lower = Direction::LowerIsBetter;
    match (kind, about.unit.as_deref()) {
        ("time" | "timeraw", _) => (Metric::sampled_time(), 1e9),
        ("mem" | "peakmem", _) => (Metric::value("memory", Unit::Bytes, lower), 1.0),
        (_, Some("seconds")) => (Metric::value("value", Unit::Nanoseconds, lower), 1e9),
        (_, unit) => {
            let unit = unit.filter(|unit| *unit != "unit").unwrap_or("");
            units::value("value", unit, direction(unit))
        }
    }
}
