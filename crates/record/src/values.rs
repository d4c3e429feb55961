//! Values by the name of their metric. Most launches hold one or two metrics and a file may hold a million launches, so they lie in
//! a sorted list: a tree would take half a kilobyte for each.

use std::collections::BTreeMap;
use std::ops::{Deref, DerefMut, Index};

use litemap::LiteMap;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Serialize};

/// Values that a benchmark reported, by metric name, in the order of the names.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Values(LiteMap<String, Vec<f64>>);

impl Values {
    /// Adds values of a metric after those that are there.
    pub fn add(&mut self, metric: &str, values: &[f64]) {
        if let Some(known) = self.0.get_mut(metric) {
            known.extend_from_slice(values);
            return;
        }
        if self.0.is_empty() {
            // Else there would be room for four.
            self.0 = LiteMap::with_capacity(1);
        }
        self.0.insert(metric.to_owned(), values.to_vec());
    }
}

impl Deref for Values {
    type Target = LiteMap<String, Vec<f64>>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl DerefMut for Values {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.0
    }
}

impl Index<&str> for Values {
    type Output = Vec<f64>;

    /// # Panics
    /// There is no such metric.
    fn index(&self, metric: &str) -> &Vec<f64> {
        match self.0.get(metric) {
            Some(values) => values,
            None => panic!("no values of `{metric}`"),
        }
    }
}

impl From<BTreeMap<String, Vec<f64>>> for Values {
    fn from(values: BTreeMap<String, Vec<f64>>) -> Self {
        Self(values.into_iter().collect())
    }
}

impl<'a> IntoIterator for &'a Values {
    type Item = (&'a String, &'a Vec<f64>);
    type IntoIter = <&'a LiteMap<String, Vec<f64>> as IntoIterator>::IntoIter;

    fn into_iter(self) -> Self::IntoIter {
        (&self.0).into_iter()
    }
}

/// As of a map: how the values lie in memory does not show in a file.
impl JsonSchema for Values {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Values".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        BTreeMap::<String, Vec<f64>>::json_schema(generator)
    }
}
