//! Comparing recorded with recomputed numbers.
//!
//! Invariant: a missing number, a wrong length or a NaN counts as infinitely far off.

use serde_json::Value;

/// The worst difference of a replay.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Report {
    /// Worst absolute difference.
    pub worst: f64,
    /// Where it is: step and field.
    pub place: String,
    /// Numbers compared.
    pub compared: usize,
    /// Steps whose action was not asserted because of a tie (gap < 1e-9).
    pub ties: usize,
}

impl Report {
    /// Compares a recorded value, however nested, with the numbers computed for it. Null is skipped.
    pub(super) fn check(&mut self, place: &str, recorded: Option<&Value>, computed: &[f64]) {
        let Some(recorded) = recorded.filter(|v| !v.is_null()) else {
            return;
        };
        let mut flat = Vec::with_capacity(computed.len());
        flatten(recorded, &mut flat);
        if flat.len() != computed.len() {
            let place = format!(
                "{place}: {} numbers recorded, {} computed",
                flat.len(),
                computed.len()
            );
            self.note(&place, f64::INFINITY);
            return;
        }
        for (i, (r, c)) in flat.iter().zip(computed).enumerate() {
            self.compared += 1;
            // A difference of equals is zero even where both are infinite.
            let difference = if r == c { 0.0 } else { (r - c).abs() };
            let difference = if difference.is_nan() {
                f64::INFINITY
            } else {
                difference
            };
            if difference > self.worst {
                self.note(&format!("{place}[{i}]"), difference);
            }
        }
    }

    /// Records a difference found elsewhere.
    pub(super) fn note(&mut self, place: &str, difference: f64) {
        if difference > self.worst || self.place.is_empty() {
            self.worst = self.worst.max(difference);
            place.clone_into(&mut self.place);
        }
    }
}

/// All numbers of a nested value in order; of a tensor, its data; null inside a list counts as NaN.
pub(super) fn flatten(value: &Value, out: &mut Vec<f64>) {
    match value {
        Value::Array(list) => list.iter().for_each(|v| flatten(v, out)),
        Value::Object(fields) => {
            if let Some(data) = fields.get("data") {
                flatten(data, out);
            }
        }
        _ => out.push(value.as_f64().unwrap_or(f64::NAN)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn lengths_and_nan_are_infinitely_wrong() {
        let mut report = Report::default();
        report.check("x", Some(&json!([[1.0], [2.0]])), &[1.0, 2.5]);
        assert_eq!((report.worst, report.place.as_str()), (0.5, "x[1]"));
        report.check("y", Some(&json!([1.0])), &[]);
        assert_eq!(report.worst, f64::INFINITY);
        let mut report = Report::default();
        report.check("z", Some(&json!([1.0])), &[f64::NAN]);
        assert_eq!(report.worst, f64::INFINITY);
        report.check("absent", None, &[1.0]);
        assert_eq!(report.compared, 1);
    }
}
