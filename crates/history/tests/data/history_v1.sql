-- The first schema of a history, as fabench wrote it: the golden file of the migration.
PRAGMA application_id = 1717658216;
PRAGMA user_version = 1;
CREATE TABLE run (
    key INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    started_at TEXT NOT NULL,
    suite TEXT NOT NULL,
    machine TEXT NOT NULL,
    method TEXT NOT NULL,
    commit_hash TEXT,
    quick INTEGER NOT NULL,
    partial INTEGER NOT NULL
) STRICT;
CREATE INDEX run_by_series ON run (suite, machine, method, started_at);
CREATE TABLE centre (
    run INTEGER NOT NULL REFERENCES run (key) ON DELETE CASCADE,
    benchmark TEXT NOT NULL,
    metric TEXT NOT NULL,
    value REAL NOT NULL,
    PRIMARY KEY (run, benchmark)
) STRICT, WITHOUT ROWID;
