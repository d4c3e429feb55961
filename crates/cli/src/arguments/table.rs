//! Flags that lay out the table of a result.

use clap::Args;
use fabench_report::{Column, GroupBy, RunLayout};

use super::values;

/// How a result is shown in the terminal.
#[derive(Debug, Args)]
pub(crate) struct TableArguments {
    /// What the rows of a group share: category, group, name, func, fullname, param or param:NAME; several with commas. Without
    /// it, results are grouped by category and comparisons not at all.
    #[arg(long, value_name = "KEYS", value_delimiter = ',', value_parser = values::group_by)]
    pub(crate) group_by: Vec<GroupBy>,
    /// Order of the benchmarks within a group [default: name].
    #[arg(long, value_name = "COLUMN", value_parser = values::sort())]
    pub(crate) sort: Option<Sort>,
    /// Columns of the table, separated by commas.
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',', value_parser = values::column())]
    pub(crate) columns: Vec<Column>,
    /// Show every metric of every benchmark.
    #[arg(long, short)]
    pub(crate) verbose: bool,
}

/// Order of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sort {
    /// By name.
    Name,
    /// By the number in a column.
    By(Column),
}

impl TableArguments {
    /// The layout that they ask for.
    pub(crate) fn layout(&self) -> RunLayout {
        let mut layout = RunLayout {
            group_by: self.group_by.clone(),
            all_metrics: self.verbose,
            ..RunLayout::default()
        };
        if !self.columns.is_empty() {
            layout.columns.clone_from(&self.columns);
        }
        if let Some(Sort::By(column)) = self.sort {
            layout.sort = Some(column);
        }
        layout
    }

    /// Whether any of them was given.
    pub(crate) fn is_given(&self) -> bool {
        self.is_of_runs() || !self.group_by.is_empty()
    }

    /// Whether one was given that no comparison has.
    pub(crate) fn is_of_runs(&self) -> bool {
        self.verbose || self.sort.is_some() || !self.columns.is_empty()
    }
}
