//! Which benchmarks of a suite to run.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use fabench_harness::protocol::Declaration;
use fabench_report::Style;

use crate::arguments::Selection;
use crate::exit::UsageError;
use crate::suggest::did_you_mean;

/// The benchmarks of these categories whose id contains one of the filters; all where none is given.
///
/// A category or filter that matches nothing is a usage error: a typing mistake must not pass as an empty run.
pub(crate) fn select(
    offered: &[Declaration],
    wanted: &Selection,
) -> Result<Vec<Declaration>, UsageError> {
    let Selection {
        filters,
        categories,
    } = wanted;
    let known: BTreeSet<&str> = offered
        .iter()
        .map(|benchmark| benchmark.id.category())
        .collect();
    if let Some(unknown) = categories
        .iter()
        .find(|category| !known.contains(category.as_str()))
    {
        let hint = did_you_mean(unknown, known.iter().copied());
        let known: Vec<_> = known.into_iter().collect();
        let known = known.join(", ");
        return Err(UsageError(format!(
            "there is no category `{unknown}`{hint} The suite has: {known}"
        )));
    }
    let ids = || offered.iter().map(|benchmark| benchmark.id.as_str());
    if let Some(unknown) = filters
        .iter()
        .find(|filter| !ids().any(|id| id.contains(filter.as_str())))
    {
        let hint = did_you_mean(unknown, ids());
        return Err(UsageError(format!(
            "no benchmark's id contains `{unknown}`{hint} `fabench run --list` names all"
        )));
    }
    let wanted = |benchmark: &&Declaration| {
        (categories.is_empty()
            || categories
                .iter()
                .any(|category| category == benchmark.id.category()))
            && (filters.is_empty()
                || filters
                    .iter()
                    .any(|filter| benchmark.id.as_str().contains(filter.as_str())))
    };
    let selected: Vec<_> = offered.iter().filter(wanted).cloned().collect();
    if selected.is_empty() {
        let text = if offered.is_empty() {
            "the suite has no benchmark; add one with `Suite::add`".to_owned()
        } else {
            "no benchmark matches both the filter and the category; give one of them only"
                .to_owned()
        };
        return Err(UsageError(text));
    }
    Ok(selected)
}

/// A line for each benchmark: id and what it does.
pub(crate) fn listing(benchmarks: &[Declaration], style: Style) -> String {
    let width = benchmarks
        .iter()
        .map(|benchmark| benchmark.id.as_str().chars().count())
        .max()
        .unwrap_or(0);
    benchmarks.iter().fold(String::new(), |mut out, benchmark| {
        let _ = writeln!(
            out,
            "{:width$}  {}",
            benchmark.id,
            style.dim(&benchmark.description)
        );
        out
    })
}

#[cfg(test)]
mod tests {
    use fabench_record::{BenchmarkId, Metric};

    use super::*;

    fn offered() -> Vec<Declaration> {
        let declaration = |id: &str| Declaration {
            id: BenchmarkId::new(id).unwrap(),
            description: "d".into(),
            parameters: [].into(),
            single_threaded: true,
            primary: "wall_time".into(),
            metrics: vec![Metric::wall_time()],
        };
        [
            "agent_spawn/single",
            "agent_spawn/batch",
            "database_query/single",
        ]
        .map(declaration)
        .to_vec()
    }

    fn ids(filters: &[&str], categories: &[&str]) -> Result<Vec<String>, String> {
        let owned = |texts: &[&str]| {
            texts
                .iter()
                .map(|text| (*text).to_owned())
                .collect::<Vec<_>>()
        };
        let wanted = Selection {
            filters: owned(filters),
            categories: owned(categories),
        };
        let selected = select(&offered(), &wanted).map_err(|error| error.to_string())?;
        Ok(selected
            .into_iter()
            .map(|benchmark| benchmark.id.to_string())
            .collect())
    }

    #[test]
    fn filters_and_categories_narrow() {
        assert_eq!(ids(&[], &[]).unwrap().len(), 3);
        assert_eq!(
            ids(&["single"], &[]).unwrap(),
            ["agent_spawn/single", "database_query/single"]
        );
        assert_eq!(
            ids(&["single"], &["agent_spawn"]).unwrap(),
            ["agent_spawn/single"]
        );
    }

    #[test]
    fn typing_mistakes_name_the_nearest() {
        assert!(
            ids(&[], &["agent_spwan"])
                .unwrap_err()
                .contains("did you mean `agent_spawn`?")
        );
        assert!(
            ids(&["agent_spawn/singel"], &[])
                .unwrap_err()
                .contains("`agent_spawn/single`")
        );
        assert!(
            ids(&["batch"], &["database_query"])
                .unwrap_err()
                .contains("both")
        );
    }
}
