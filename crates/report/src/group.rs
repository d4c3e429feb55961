//! By what the rows of a table are put together.

use std::collections::BTreeMap;
use std::str::FromStr;

use fabench_record::BenchmarkId;

/// One part of what rows must share to stand together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GroupBy {
    /// The first part of the id.
    Category,
    /// The group that the benchmark's own tool gives it (pytest's marker), kept as the parameter `group`.
    Group,
    /// The name with its parameters, wherever it stands: `test_sort[10]`.
    Name,
    /// The name without its parameters: `test_sort`.
    Func,
    /// The whole id: each benchmark for itself.
    Fullname,
    /// All parameters.
    Params,
    /// One parameter.
    Param(String),
}

/// A grouping that does not exist.
#[derive(Debug, thiserror::Error)]
#[error(
    "there is no grouping `{0}`; write category, group, name, func, fullname, param or param:NAME, several with commas between them"
)]
pub struct UnknownGrouping(pub String);

/// Where pytest's group is kept.
const GROUP: &str = "group";

impl GroupBy {
    /// What the benchmark shares with those that it stands with.
    fn label(&self, id: &BenchmarkId, parameters: &BTreeMap<String, String>) -> String {
        match self {
            Self::Category => id.category().to_owned(),
            Self::Group => parameters
                .get(GROUP)
                .cloned()
                .unwrap_or_else(|| "no group".to_owned()),
            Self::Name => name(id).to_owned(),
            Self::Func => func(name(id)).to_owned(),
            Self::Fullname => id.as_str().to_owned(),
            Self::Params => {
                let told = parameters.iter().filter(|(name, _)| *name != GROUP);
                let told: Vec<_> = told
                    .map(|(name, value)| format!("{name}={value}"))
                    .collect();
                match told.as_slice() {
                    [] => "no parameters".to_owned(),
                    told => told.join(", "),
                }
            }
            Self::Param(wanted) => match parameters.get(wanted) {
                Some(value) => format!("{wanted}={value}"),
                None => format!("no {wanted}"),
            },
        }
    }
}

/// The labels of a benchmark by several groupings.
pub(crate) fn labels(
    by: &[GroupBy],
    id: &BenchmarkId,
    parameters: &BTreeMap<String, String>,
) -> String {
    let labels: Vec<_> = by.iter().map(|by| by.label(id, parameters)).collect();
    labels.join(", ")
}

/// Without the class of a test in Python.
fn name(id: &BenchmarkId) -> &str {
    let whole = id.name();
    let end = func(whole).len();
    let begin = whole[..end].rfind("::").map_or(0, |at| at + 2);
    &whole[begin..]
}

/// Without the parameters in brackets.
fn func(name: &str) -> &str {
    name.find(['[', '(']).map_or(name, |at| &name[..at])
}

impl FromStr for GroupBy {
    type Err = UnknownGrouping;

    fn from_str(text: &str) -> Result<Self, UnknownGrouping> {
        Ok(match text.trim() {
            "category" => Self::Category,
            "group" => Self::Group,
            "name" => Self::Name,
            "func" => Self::Func,
            "fullname" => Self::Fullname,
            "param" => Self::Params,
            other => match other.strip_prefix("param:") {
                Some(name) if !name.is_empty() => Self::Param(name.to_owned()),
                _ => return Err(UnknownGrouping(text.to_owned())),
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groupings_are_read_as_pytest_benchmark_writes_them() {
        assert_eq!(
            "param:size".parse::<GroupBy>().unwrap(),
            GroupBy::Param("size".into())
        );
        assert_eq!("func".parse::<GroupBy>().unwrap(), GroupBy::Func);
        for bad in ["", "param:", "size"] {
            let error = bad.parse::<GroupBy>().unwrap_err().to_string();
            assert!(error.contains("param:NAME"), "{error}");
        }
    }

    #[test]
    fn a_function_is_the_name_without_its_class_and_parameters() {
        assert_eq!(func("test_sort[a::b]"), "test_sort");
        assert_eq!(func("time_sort(10, 'list')"), "time_sort");
        assert_eq!(func("plain"), "plain");
    }
}
