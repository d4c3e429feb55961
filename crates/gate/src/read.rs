//! Reading a stored comparison: bytes in, checked data or an error with its place out.
//!
//! Invariant: what is returned has a known schema, finite ratios, and an `overall` that its
//! benchmarks bear out, so that a report never contradicts itself.

use fabench_record::{RecordError, read_json};

use crate::COMPARISON_SCHEMA_VERSION;
use crate::comparison::{BenchmarkComparison, Comparison, Estimate, Overall};

impl Comparison {
    /// Reads and checks a comparison.
    ///
    /// # Errors
    /// [`RecordError`] names the place in the file and the remedy.
    pub fn from_json(bytes: &[u8]) -> Result<Self, RecordError> {
        let comparison: Self = read_json(bytes, COMPARISON_SCHEMA_VERSION)?;
        for (index, entry) in comparison.benchmarks.iter().enumerate() {
            check_entry(entry, &format!("benchmarks[{index}]"))?;
        }
        if comparison.overall != Overall::of(&comparison.benchmarks) {
            let problem = "it says something else than the benchmarks do";
            return Err(RecordError::invalid("overall", problem));
        }
        Ok(comparison)
    }
}

fn check_entry(entry: &BenchmarkComparison, at: &str) -> Result<(), RecordError> {
    for (side, estimate) in [
        ("baseline", &entry.baseline),
        ("candidate", &entry.candidate),
    ] {
        if estimate.as_ref().is_some_and(|estimate| !holds(estimate)) {
            let problem = "a value is not a finite number of at least 0";
            return Err(RecordError::invalid(&format!("{at}.{side}"), problem));
        }
    }
    let Some(ratio) = entry.ratio else {
        return Ok(());
    };
    let positive = ratio.estimate >= 0.0 && ratio.lower >= 0.0;
    if positive
        && ratio.estimate.is_finite()
        && ratio.lower <= ratio.upper
        && ratio.upper.is_finite()
    {
        return Ok(());
    }
    let problem = "the ratio and its interval are not finite, at least 0 and in order";
    Err(RecordError::invalid(&format!("{at}.ratio"), problem))
}

fn holds(estimate: &Estimate) -> bool {
    let valid = |value: &f64| value.is_finite() && *value >= 0.0;
    valid(&estimate.value) && valid(&estimate.spread) && estimate.launches.iter().all(valid)
}

#[cfg(test)]
mod tests {
    use fabench_record::Metric;
    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::{Index, select};
    use serde_json::Value;

    use super::*;
    use crate::stored::fixture::{baseline, benchmark, run};
    use crate::{Policy, compare};

    fn written(change: impl FnOnce(&mut Value)) -> Vec<u8> {
        let of = |id: &str, ns: f64| run(id, vec![benchmark("a/b", Metric::wall_time(), &[ns; 8])]);
        let comparison = compare(
            &baseline(of("old", 100.0)),
            &of("new", 100.0),
            &Policy::default(),
            None,
        );
        let mut value = serde_json::to_value(comparison).unwrap();
        change(&mut value);
        serde_json::to_vec(&value).unwrap()
    }

    #[test]
    fn what_was_written_is_read_back() {
        let bytes = written(|_| {});
        let read = Comparison::from_json(&bytes).unwrap();
        assert_eq!(
            serde_json::to_value(&read).unwrap(),
            serde_json::from_slice::<Value>(&bytes).unwrap()
        );
    }

    #[test]
    fn what_contradicts_itself_or_is_newer_is_named() {
        let refused = |change: fn(&mut Value)| {
            Comparison::from_json(&written(change))
                .unwrap_err()
                .to_string()
        };
        assert!(refused(|it| it["schema_version"] = 99.into()).contains("version 99"));
        assert!(
            refused(|it| it["benchmarks"][0]["ratio"]["lower"] = 7.into())
                .contains("benchmarks[0].ratio")
        );
        assert!(
            refused(|it| it["benchmarks"][0]["baseline"]["value"] = (-1).into())
                .contains("baseline")
        );
        assert!(
            refused(|it| it["overall"]["counts"] = serde_json::json!({"new": 3}))
                .contains("overall")
        );
        assert!(refused(|it| it["kind"] = "guess".into()).contains("kind"));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn damaged_reports_are_refused_or_read_back_the_same(
            edits in vec((any::<Index>(), select(vec!["0", "-1", "1e999", "1e308", "null", "{}", "[", "\"", ",", "new", "\n"]), 0..4_usize), 1..4),
            cut in prop::option::weighted(0.2, any::<Index>()),
        ) {
            let mut bytes = written(|_| {});
            for (at, piece, removed) in edits {
                let at = at.index(bytes.len());
                let end = bytes.len().min(at + removed);
                bytes.splice(at..end, piece.bytes());
            }
            if let Some(cut) = cut {
                bytes.truncate(cut.index(bytes.len()));
            }
            match Comparison::from_json(&bytes) {
                Ok(comparison) => {
                    let written = serde_json::to_vec(&comparison).unwrap();
                    assert_eq!(Comparison::from_json(&written).unwrap(), comparison);
                }
                Err(error) => assert!(!error.to_string().is_empty()),
            }
        }
    }
}
