//! The model's matrices as compressed rows, the form that serves eight agents per entry read.
//!
//! Invariant: built once per batch from a checked model; entry order is that of the columns.

use crate::math::padded;
use crate::model::Model;
use crate::model::outcomes::Outcomes;
use crate::planning::Terms;
use crate::real::Real;

/// A sparse matrix by rows.
#[derive(Debug)]
pub(super) struct Rows<T> {
    starts: Vec<u32>,
    entries: Vec<(u32, T)>,
}

impl<T: Real> Rows<T> {
    fn new(rows: usize, columns: usize, at: impl Fn(usize, usize) -> T) -> Self {
        let (mut starts, mut entries) = (vec![0], Vec::new());
        for row in 0..rows {
            for column in 0..columns {
                let value = at(row, column);
                if value != T::ZERO {
                    entries.push((column as u32, value));
                }
            }
            starts.push(entries.len() as u32);
        }
        Self { starts, entries }
    }

    /// The entries of each row, as (column, value).
    #[inline(always)]
    pub(super) fn iter(&self) -> impl Iterator<Item = &[(u32, T)]> {
        self.starts
            .windows(2)
            .map(|w| &self.entries[w[0] as usize..w[1] as usize])
    }
}

/// What the lanes read.
#[derive(Debug)]
pub(super) struct Tables<T> {
    /// B per action.
    pub(super) moves: Vec<Rows<T>>,
    /// Joint outcomes by state.
    pub(super) outcomes: Rows<T>,
    pub(super) outcome_count: usize,
    pub(super) terms: Terms,
}

impl<T: Real> Tables<T> {
    /// The tables of a model that lanes can run: one factor, no information gain about parameters, outcomes in a table.
    pub(super) fn new(model: &Model<T>) -> Option<Self> {
        let layout = &*model.layout;
        let terms = Terms::enabled(model);
        if layout.factors() != 1 || terms.a || terms.b {
            return None;
        }
        let (n, width) = (layout.joint, layout.joint_padded);
        let outcomes = match &model.a.outcomes {
            Outcomes::Dense { rows, count } => Rows::new(*count, n, |o, s| rows[o * width + s]),
            Outcomes::Columns { columns, count } => {
                let height = padded(*count);
                Rows::new(*count, n, |o, s| columns[s * height + o])
            }
            Outcomes::Sparse {
                starts,
                outcomes,
                values,
                count,
            } => {
                let mut by_row = vec![Vec::new(); *count];
                for s in 0..n {
                    for i in starts[s] as usize..starts[s + 1] as usize {
                        by_row[outcomes[i] as usize].push((s as u32, values[i]));
                    }
                }
                let mut ends = vec![0];
                ends.extend(by_row.iter().scan(0u32, |total, row| {
                    *total += row.len() as u32;
                    Some(*total)
                }));
                Rows {
                    starts: ends,
                    entries: by_row.concat(),
                }
            }
            Outcomes::OnTheFly { .. } | Outcomes::Unavailable if !terms.states => {
                Rows::new(0, 0, |_, _| T::ZERO)
            }
            Outcomes::OnTheFly { .. } | Outcomes::Unavailable => return None,
        };
        let b = &model.b.dense[0];
        let controls = b.len() / (n * n);
        let moves = (0..layout.num_controls[0])
            .map(|u| Rows::new(n, n, |to, from| b[(to * n + from) * controls + u]))
            .collect();
        let outcome_count = outcomes.starts.len() - 1;
        Some(Self {
            moves,
            outcomes,
            outcome_count,
            terms,
        })
    }
}
