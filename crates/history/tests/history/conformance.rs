//! What every history must do, wherever its tables are.

use fabench_gate::Verdict;
use fabench_history::{
    Appended, History, Retention, RunFilter, SeriesFilter, TransferError, check_export,
};
use fabench_record::{Direction, Outcome};

use crate::support::{comparison, hour, renamed, run, slower};

/// All of it, on an empty history for each.
pub(crate) fn everything(empty: &mut dyn FnMut() -> History) {
    for test in [
        a_run_is_recorded_once_and_found_oldest_first,
        other_machines_methods_and_quick_looks_are_kept_apart,
        a_run_comes_back_as_it_was,
        two_runs_of_one_id_are_both_kept,
        runs_are_filtered,
        series_hold_what_was_measured_and_what_was_said_of_it,
        names_of_every_kind_come_back,
        a_comparison_is_kept_once,
        a_run_without_a_time_is_refused,
        old_runs_are_thinned_to_one_a_week,
        old_runs_are_deleted_when_asked_for,
        a_wrong_clock_prunes_nothing,
        an_export_merges_without_loss_or_duplicates,
        a_damaged_export_is_refused_by_line,
    ] {
        test(&mut empty());
    }
}

fn ids(history: &mut History, filter: &RunFilter) -> Vec<String> {
    let runs = history.runs(filter).expect("runs");
    runs.into_iter().map(|run| run.id).collect()
}

fn a_run_is_recorded_once_and_found_oldest_first(history: &mut History) {
    let (second, first) = (
        run("b", "2026-11-02T00:00:00Z"),
        run("a", "2026-11-01T00:00:00Z"),
    );
    assert_eq!(history.append(&second).unwrap(), Appended::Recorded);
    assert_eq!(history.append(&first).unwrap(), Appended::Recorded);
    assert_eq!(history.append(&first).unwrap(), Appended::Known);
    let now = run("c", "2026-11-03T00:00:00Z");
    let past = history.comparable(&now, 10).unwrap();
    assert_eq!(
        past.iter().map(|past| past.id.as_str()).collect::<Vec<_>>(),
        ["a", "b"]
    );
    assert!(!past[0].centres.is_empty());
    assert_eq!(past[0].centres, fabench_gate::past_run(&first).centres);
    let newest = &history.comparable(&now, 1).unwrap()[0].id;
    assert_eq!(newest, "b", "the newest are kept");
    let of_second = history.comparable(&second, 10).unwrap();
    assert_eq!(of_second.len(), 1, "a run is not its own past");
}

fn other_machines_methods_and_quick_looks_are_kept_apart(history: &mut History) {
    let mut elsewhere = run("elsewhere", "2026-11-01T00:00:00Z");
    elsewhere.environment.machine.cpu = "another".into();
    let mut otherwise = run("otherwise", "2026-11-01T00:00:00Z");
    otherwise.method.version += 1;
    let mut quick = run("quick", "2026-11-01T00:00:00Z");
    quick.settings.quick = true;
    for run in [&elsewhere, &otherwise, &quick] {
        history.append(run).unwrap();
    }
    let now = run("now", "2026-11-02T00:00:00Z");
    assert_eq!(history.comparable(&now, 10).unwrap(), []);
    let filter = SeriesFilter::default();
    let series = history.series(&filter).unwrap();
    let measured = now.benchmarks.iter();
    let measured = measured.filter(|bench| bench.outcome == Outcome::Measured);
    let benchmarks = measured.count();
    assert_eq!(series.len(), 2 * benchmarks, "one for each class");
    assert!(series.iter().all(|series| series.points.len() == 1));
    let here = SeriesFilter {
        machine: Some(elsewhere.environment.machine.clone()),
        ..filter
    };
    let found = history.series(&here).unwrap();
    assert_eq!(found.len(), benchmarks);
    assert!(
        found
            .iter()
            .all(|series| series.points[0].run == "elsewhere")
    );
}

fn a_run_comes_back_as_it_was(history: &mut History) {
    let whole = run("whole", &hour(0));
    history.append(&whole).unwrap();
    assert_eq!(history.run("whole").unwrap(), Some(whole.clone()));
    assert_eq!(history.run("another").unwrap(), None);
    let row = history
        .find("who")
        .unwrap()
        .expect("found by its beginning");
    assert_eq!(row.id, "whole");
    assert_eq!(row.machine, whole.environment.machine);
    assert_eq!(row.commit, whole.source.commit);
    assert_eq!(row.benchmarks, whole.benchmarks.len() as i64);
    assert!(!row.baseline && row.verdict.is_none());
    assert!(history.mark_baseline("whole").unwrap());
    assert!(!history.mark_baseline("another").unwrap());
    assert!(history.find("whole").unwrap().expect("there").baseline);
}

fn two_runs_of_one_id_are_both_kept(history: &mut History) {
    let mine = run("same", &hour(0));
    let theirs = slower(mine.clone(), 2.0);
    assert_eq!(history.append(&mine).unwrap(), Appended::Recorded);
    let other = Appended::RecordedAs("same-2".into());
    assert_eq!(history.append(&theirs).unwrap(), other);
    for run in [&mine, &theirs] {
        assert_eq!(history.append(run).unwrap(), Appended::Known);
    }
    let kept = history.run("same-2").unwrap().expect("kept");
    assert_eq!(
        (kept.id.as_str(), kept.benchmarks.clone()),
        ("same-2", theirs.benchmarks)
    );
    assert_eq!(history.append(&kept).unwrap(), Appended::Known);
    assert_eq!(ids(history, &RunFilter::default()).len(), 2);
}

fn runs_are_filtered(history: &mut History) {
    for number in 0..6 {
        let mut run = run(&format!("run{number}"), &hour(number));
        if number % 2 == 1 {
            run.source.branch = Some("develop".into());
        }
        history.append(&run).unwrap();
    }
    let all = RunFilter::default();
    assert_eq!(
        ids(history, &all),
        ["run5", "run4", "run3", "run2", "run1", "run0"]
    );
    let filtered = RunFilter {
        branch: Some("develop".into()),
        since: Some(hour(2).parse().unwrap()),
        limit: Some(1),
        ..all.clone()
    };
    assert_eq!(ids(history, &filtered), ["run5"]);
    let until = RunFilter {
        until: Some(hour(1).parse().unwrap()),
        suite: Some(run("x", &hour(0)).suite.name),
        ..all.clone()
    };
    assert_eq!(ids(history, &until), ["run0"]);
    let nowhere = RunFilter {
        suite: Some("another".into()),
        ..all
    };
    assert!(ids(history, &nowhere).is_empty());
}

fn series_hold_what_was_measured_and_what_was_said_of_it(history: &mut History) {
    let first = run("first", &hour(0));
    let second = slower(run("second", &hour(1)), 3.0);
    history.append(&second).unwrap();
    history.append(&first).unwrap();
    let judged = comparison(&first, &second);
    assert!(
        history
            .record_comparison(&judged, hour(2).parse().unwrap())
            .unwrap()
    );
    let benchmark = &first.benchmarks[0];
    let filter = SeriesFilter {
        benchmark: Some(benchmark.id.clone()),
        ..SeriesFilter::default()
    };
    let series = history.series(&filter).unwrap();
    assert_eq!(series.len(), 1);
    let series = &series[0];
    let metric = benchmark.primary_metric().unwrap();
    assert_eq!((&series.metric, &series.unit), (&metric.name, &metric.unit));
    assert!(series.primary && series.direction == Direction::LowerIsBetter);
    let level = fabench_gate::level(benchmark, metric).unwrap();
    let [one, two] = series.points.as_slice() else {
        panic!("{series:?}");
    };
    assert_eq!(
        (one.value, one.lower, one.upper),
        (level.value, Some(level.lower), Some(level.upper))
    );
    assert_eq!((one.verdict, one.run.as_str()), (None, "first"));
    assert!((two.value / one.value - 3.0).abs() < 0.01);
    let verdict = judged.benchmarks[0].verdict;
    assert_eq!(two.verdict, Some(verdict));
    let latest = history.latest(&filter).unwrap();
    assert_eq!(latest[0].points, std::slice::from_ref(two));
    let every = SeriesFilter {
        all_metrics: true,
        ..filter.clone()
    };
    assert!(history.series(&every).unwrap().len() > 1);
    let named = SeriesFilter {
        metric: Some("peak_rss".into()),
        ..filter.clone()
    };
    assert_eq!(history.series(&named).unwrap()[0].metric, "peak_rss");
    let late = SeriesFilter {
        since: Some(hour(1).parse().unwrap()),
        ..filter
    };
    assert_eq!(history.series(&late).unwrap()[0].points.len(), 1);
    let gravest = judged.benchmarks.iter().map(|entry| entry.verdict).min();
    assert_eq!(
        history.runs(&RunFilter::default()).unwrap()[0].verdict,
        gravest
    );
}

fn names_of_every_kind_come_back(history: &mut History) {
    let names = [
        "quotes/'; DROP TABLE run; --",
        "html/<script>alert(\"x\")</script>",
        "unicode/größe 測定 🚀 \u{202e}",
        "marks/?1 $1 %s \\ {}",
    ];
    let mut hostile = run("hostile", &hour(0));
    hostile.source.branch = Some("feature/'?1\"<b>".into());
    let golden = hostile.clone();
    hostile.benchmarks = names.iter().map(|name| renamed(&golden, name)).collect();
    history.append(&hostile).unwrap();
    assert_eq!(history.run("hostile").unwrap(), Some(hostile.clone()));
    for benchmark in &hostile.benchmarks {
        let filter = SeriesFilter {
            benchmark: Some(benchmark.id.clone()),
            branch: hostile.source.branch.clone(),
            ..SeriesFilter::default()
        };
        let found = history.series(&filter).unwrap();
        assert_eq!(found.len(), 1, "{}", benchmark.id);
        assert_eq!(found[0].benchmark, benchmark.id);
    }
}

fn a_comparison_is_kept_once(history: &mut History) {
    let (first, second) = (run("first", &hour(0)), run("second", &hour(1)));
    let judged = comparison(&first, &second);
    let at = |hours| hour(hours).parse().unwrap();
    assert!(history.record_comparison(&judged, at(2)).unwrap());
    assert!(!history.record_comparison(&judged, at(3)).unwrap());
    let mut later = judged.clone();
    later.benchmarks[0].verdict = Verdict::Failed;
    assert!(history.record_comparison(&later, at(4)).unwrap());
    let kept = history.comparisons("second").unwrap();
    let kept: Vec<_> = kept.into_iter().map(|kept| kept.comparison).collect();
    assert_eq!(kept, [judged, later]);
    // Its run may come afterwards.
    history.append(&second).unwrap();
    let row = history.find("second").unwrap().unwrap();
    assert_eq!(row.verdict, Some(Verdict::Failed), "the latest counts");
    assert!(history.comparisons("first").unwrap().is_empty());
}

fn a_run_without_a_time_is_refused(history: &mut History) {
    let error = history
        .append(&run("timeless", "yesterday\u{1b}[31m"))
        .unwrap_err();
    let said = error.to_string();
    assert!(
        said.contains("timeless") && said.contains("no time") && !said.contains('\u{1b}'),
        "{said}"
    );
    assert!(ids(history, &RunFilter::default()).is_empty());
}

/// A run every 12 hours over 28 days, the third one a baseline.
fn four_weeks(history: &mut History) {
    for number in 0..56 {
        let id = format!("run{number:02}");
        history.append(&run(&id, &hour(12 * number))).unwrap();
    }
    assert!(history.mark_baseline("run02").unwrap());
}

const WEEK: Retention = Retention {
    days: 7,
    delete: false,
};

fn old_runs_are_thinned_to_one_a_week(history: &mut History) {
    four_weeks(history);
    let now = hour(12 * 56).parse().unwrap();
    let pruned = history.prune(&WEEK, now, &["run05"]).unwrap();
    let kept = ids(history, &RunFilter::default());
    // 2026-09-01 was a Tuesday: weeks begin at runs 0, 12, 26 and 40; run 40 lies within the last seven days of run 55.
    let old: Vec<&str> = kept
        .iter()
        .rev()
        .map(String::as_str)
        .filter(|id| *id < "run41")
        .collect();
    assert_eq!(
        old,
        ["run00", "run02", "run05", "run12", "run26", "run40"],
        "{pruned:?}"
    );
    assert_eq!(kept.len(), 6 + 15);
    assert_eq!(pruned.runs, 56 - kept.len());
    let again = history.prune(&WEEK, now, &[]).unwrap();
    assert_eq!((again.points, again.runs), (0, 0));
    let series = history.series(&SeriesFilter::default()).unwrap();
    assert!(
        series
            .iter()
            .all(|series| series.points.len() == kept.len())
    );
    assert!(
        history.run("run12").unwrap().is_some(),
        "what is kept is whole"
    );
}

fn old_runs_are_deleted_when_asked_for(history: &mut History) {
    four_weeks(history);
    let now = hour(12 * 56).parse().unwrap();
    let retention = Retention {
        delete: true,
        ..WEEK
    };
    history.prune(&retention, now, &[]).unwrap();
    let kept = ids(history, &RunFilter::default());
    assert_eq!(
        kept.last().map(String::as_str),
        Some("run02"),
        "the baseline's own run"
    );
    assert_eq!(kept.len(), 1 + 15);
}

fn a_wrong_clock_prunes_nothing(history: &mut History) {
    four_weeks(history);
    let all = ids(history, &RunFilter::default()).len();
    let keep = Retention {
        days: 90,
        delete: true,
    };
    for now in [
        "1971-01-01T00:00:00Z",
        "2026-10-01T00:00:00Z",
        "2199-01-01T00:00:00Z",
    ] {
        history.prune(&keep, now.parse().unwrap(), &[]).unwrap();
    }
    // A run of a clock that was far ahead does not make the others old.
    history
        .append(&run("ahead", "2150-01-01T00:00:00Z"))
        .unwrap();
    history
        .prune(&keep, "2026-10-01T00:00:00Z".parse().unwrap(), &[])
        .unwrap();
    assert_eq!(ids(history, &RunFilter::default()).len(), all + 1);
}

fn exported(history: &mut History) -> Vec<u8> {
    let mut out = Vec::new();
    history.export(&mut out).unwrap();
    out
}

fn an_export_merges_without_loss_or_duplicates(history: &mut History) {
    let folder = tempfile::tempdir().unwrap();
    let mut other = History::open(&folder.path().join("other.db")).unwrap();
    let shared = run("shared", &hour(0));
    let (mine, theirs) = (run("same", &hour(1)), slower(run("same", &hour(1)), 2.0));
    history.append(&shared).unwrap();
    history.append(&mine).unwrap();
    other.append(&shared).unwrap();
    other.append(&theirs).unwrap();
    other.mark_baseline("shared").unwrap();
    let judged = comparison(&shared, &theirs);
    other
        .record_comparison(&judged, hour(2).parse().unwrap())
        .unwrap();

    let file = exported(&mut other);
    check_export(&mut file.as_slice()).unwrap();
    let imported = history.import(&mut file.as_slice()).unwrap();
    assert_eq!(
        (
            imported.runs,
            imported.known,
            imported.renamed,
            imported.comparisons
        ),
        (1, 1, 1, 1)
    );
    let again = history.import(&mut file.as_slice()).unwrap();
    assert_eq!((again.runs, again.known, again.comparisons), (0, 2, 0));
    let own = exported(history);
    assert_eq!(history.import(&mut own.as_slice()).unwrap().runs, 0);
    assert_eq!(
        exported(history),
        own,
        "reading its own export changes nothing"
    );
    assert!(history.find("shared").unwrap().unwrap().baseline);
    assert_eq!(
        history.run("same").unwrap().unwrap().benchmarks,
        mine.benchmarks
    );
    assert_eq!(
        history.run("same-2").unwrap().unwrap().benchmarks,
        theirs.benchmarks
    );
    assert_eq!(history.comparisons("same").unwrap().len(), 1);

    // The other way round the same runs are there.
    other.import(&mut own.as_slice()).unwrap();
    assert_eq!(ids(&mut other, &RunFilter::default()).len(), 3);
}

fn a_damaged_export_is_refused_by_line(history: &mut History) {
    history.append(&run("one", &hour(0))).unwrap();
    history.append(&run("two", &hour(1))).unwrap();
    let file = String::from_utf8(exported(history)).unwrap();
    let cut = &file[..file.len() - 20];
    let error = check_export(&mut cut.as_bytes()).unwrap_err();
    assert!(
        matches!(error, TransferError::Line { line: 3, .. }),
        "{error}"
    );
    let negative = file.replacen("\"cores\":2", "\"cores\":-2", 1);
    let error = check_export(&mut negative.as_bytes()).unwrap_err();
    assert!(
        matches!(error, TransferError::Line { line: 2, .. }),
        "{error}"
    );
    let newer = file.replacen("\"schema_version\":1", "\"schema_version\":9", 1);
    let said = check_export(&mut newer.as_bytes()).unwrap_err().to_string();
    assert!(said.contains("update fabench"), "{said}");
    for foreign in ["", "{}", "[1]\n", "\u{0}\u{1}"] {
        let error = check_export(&mut foreign.as_bytes()).unwrap_err();
        assert!(
            matches!(error, TransferError::Foreign),
            "{foreign:?}: {error}"
        );
    }
}
