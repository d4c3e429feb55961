//! The tables, and how older ones are brought up to date. The same schema in both engines, written once.
//!
//! `class` is what keeps series apart: suite, machine class and method. A `run` has its whole `record`, compressed,
//! and one `point` of a `series` for each metric. Comparisons are kept whole, too, with a `verdict` for each metric.
//! Runs are named by id there, since a comparison can be older or live longer than the run. Invariant: forward only.

/// Schema that this fabench writes.
pub(crate) const VERSION: i64 = 2;

/// Name of the tables' schema on a server.
pub(crate) const SERVER_SCHEMA: &str = "fabench";

/// Whose words the statements are written in.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    Sqlite,
    Postgres,
}

/// The statements that lead from schema `version` to [`VERSION`].
pub(crate) fn migrations(dialect: Dialect, version: i64) -> Vec<String> {
    let mut found = Vec::new();
    // Version 1 was only ever written by SQLite: centres of primary metrics, without the runs.
    let first = dialect == Dialect::Sqlite && version == 1;
    if first {
        found.push(SET_VERSION_1_ASIDE.to_owned());
    }
    if version < 2 {
        found.push(in_dialect(TABLES, dialect));
    }
    if first {
        found.push(TAKE_VERSION_1_OVER.to_owned());
    }
    found
}

fn in_dialect(text: &str, dialect: Dialect) -> String {
    let words = match dialect {
        Dialect::Sqlite => [
            ("{key}", "INTEGER PRIMARY KEY"),
            ("{int}", "INTEGER"),
            ("{real}", "REAL"),
            ("{bytes}", "BLOB"),
            ("{end}", "STRICT"),
            ("{keyed end}", "STRICT, WITHOUT ROWID"),
        ],
        Dialect::Postgres => [
            ("{key}", "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY"),
            ("{int}", "BIGINT"),
            ("{real}", "DOUBLE PRECISION"),
            ("{bytes}", "BYTEA"),
            ("{end}", ""),
            ("{keyed end}", ""),
        ],
    };
    words.iter().fold(text.to_owned(), |text, (mark, word)| {
        text.replace(mark, word)
    })
}

const TABLES: &str = "
    CREATE TABLE class (
        key {key},
        suite TEXT NOT NULL,
        machine TEXT NOT NULL,
        method TEXT NOT NULL,
        UNIQUE (suite, machine, method)
    ) {end};
    CREATE TABLE run (
        key {key},
        id TEXT NOT NULL UNIQUE,
        digest TEXT NOT NULL UNIQUE,
        class {int} NOT NULL REFERENCES class (key),
        started_at TEXT NOT NULL,
        started_ms {int} NOT NULL,
        duration_ms {int} NOT NULL,
        commit_hash TEXT,
        dirty {int} NOT NULL,
        branch TEXT,
        quick {int} NOT NULL,
        partial {int} NOT NULL,
        benchmarks {int} NOT NULL,
        baseline {int} NOT NULL
    ) {end};
    CREATE INDEX run_by_class ON run (class, started_ms);
    CREATE INDEX run_by_time ON run (started_ms);
    CREATE TABLE record (
        run {int} PRIMARY KEY REFERENCES run (key) ON DELETE CASCADE,
        body {bytes} NOT NULL
    ) {end};
    CREATE TABLE series (
        key {key},
        class {int} NOT NULL REFERENCES class (key),
        benchmark TEXT NOT NULL,
        parameters TEXT NOT NULL,
        metric TEXT NOT NULL,
        unit TEXT NOT NULL,
        higher_is_better {int} NOT NULL,
        is_primary {int} NOT NULL,
        UNIQUE (class, benchmark, metric, parameters)
    ) {end};
    CREATE INDEX series_by_benchmark ON series (benchmark, metric);
    CREATE TABLE point (
        series {int} NOT NULL REFERENCES series (key),
        started_ms {int} NOT NULL,
        run {int} NOT NULL REFERENCES run (key) ON DELETE CASCADE,
        value {real} NOT NULL,
        low {real},
        high {real},
        launches {int},
        PRIMARY KEY (series, started_ms, run)
    ) {keyed end};
    CREATE INDEX point_by_run ON point (run);
    CREATE TABLE comparison (
        key {key},
        digest TEXT NOT NULL UNIQUE,
        candidate TEXT NOT NULL,
        judged_ms {int} NOT NULL,
        body {bytes} NOT NULL
    ) {end};
    CREATE INDEX comparison_by_candidate ON comparison (candidate, judged_ms);
    CREATE TABLE verdict (
        comparison {int} NOT NULL REFERENCES comparison (key) ON DELETE CASCADE,
        candidate TEXT NOT NULL,
        judged_ms {int} NOT NULL,
        benchmark TEXT NOT NULL,
        metric TEXT NOT NULL,
        verdict TEXT NOT NULL,
        PRIMARY KEY (candidate, benchmark, metric, judged_ms, comparison)
    ) {keyed end};
    CREATE INDEX verdict_by_comparison ON verdict (comparison);
";

const SET_VERSION_1_ASIDE: &str = "
    DROP INDEX run_by_series;
    ALTER TABLE run RENAME TO old_run;
    ALTER TABLE centre RENAME TO old_centre;
";

/// What was not kept then is told by the next run of the series: unit and direction.
const TAKE_VERSION_1_OVER: &str = "
    INSERT INTO class (suite, machine, method) SELECT DISTINCT suite, machine, method FROM old_run;
    INSERT INTO run
        SELECT old_run.key, id, 'version 1: ' || id, class.key, started_at,
            coalesce(CAST(strftime('%s', started_at) AS INTEGER), 0) * 1000, 0, commit_hash, 0, NULL, quick, partial,
            (SELECT count(*) FROM old_centre WHERE old_centre.run = old_run.key), 0
        FROM old_run JOIN class USING (suite, machine, method);
    INSERT INTO series (class, benchmark, parameters, metric, unit, higher_is_better, is_primary)
        SELECT DISTINCT run.class, benchmark, '{}', metric, '', 0, 1 FROM old_centre JOIN run ON run.key = old_centre.run;
    INSERT INTO point
        SELECT series.key, run.started_ms, run.key, value, NULL, NULL, NULL
        FROM old_centre JOIN run ON run.key = old_centre.run
        JOIN series ON series.class = run.class AND series.benchmark = old_centre.benchmark
            AND series.metric = old_centre.metric;
    DROP TABLE old_centre;
    DROP TABLE old_run;
";
