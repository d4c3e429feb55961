//! A full disk and a read-only folder, for every kind of file that is written: an error with a remedy, the old file stays.

mod support;

use std::fs;
use std::process::Command;

use support::{Called, Project};

/// What writes each kind of file, of the result `$1`, and the file.
const KINDS: [(&str, &str, &str); 9] = [
    ("result", "import $1.txt", "results/latest.json"),
    (
        "saved result",
        "run --quick --max-time 0.02 --json out/run.json",
        "out/run.json",
    ),
    (
        "baseline",
        "check --results-file $1.json --update-baseline --force-baseline --output-dir ../reports",
        "baselines/performance_baseline.json",
    ),
    (
        "report",
        "check --results-file $1.json --output-dir ci",
        "ci/latest_regression_report.json",
    ),
    (
        "comment",
        "check --results-file $1.json --output-dir comment --github-comment",
        "comment/github_comment.md",
    ),
    (
        "export",
        "export $1.json --format csv --output out/export.csv",
        "out/export.csv",
    ),
    (
        "page",
        "report $1.json --format html --output out/page.html",
        "out/page.html",
    ),
    (
        "dashboard",
        "dashboard --out board --history ../.fabench/history.db",
        "board/index.html",
    ),
    (
        "profile",
        "profile --suite $SUITE cpu/split --time 0.3 --out profiles",
        "profiles",
    ),
];

/// Calls every kind once in a file system of its own, spoils it, and calls every kind again.
fn spoilt(spoil: &str, expected: &str) {
    let project = Project::new();
    for (name, factor) in [("a", 1), ("b", 7)] {
        let lines: String = (0..200)
            .map(|number| {
                format!(
                    "BenchmarkWork{number}-2 1000 {} ns/op\n",
                    factor * (number + 1)
                )
            })
            .collect();
        fs::write(project.path(&format!("{name}.txt")), lines).unwrap();
        project
            .call(&["import", "--record", &format!("{name}.txt")])
            .expect(0);
        fs::copy(
            project.path("results/latest.json"),
            project.path(&format!("{name}.json")),
        )
        .unwrap();
    }
    fs::write(
        project.path("fabench.toml"),
        "[suite.commands]\ntrue = [\"true\"]\n",
    )
    .unwrap();
    let mut script =
        String::from("mkdir disk && mount -t tmpfs -o size=8m tmpfs disk || exit 77\n");
    script.push_str("\"$FABENCH\" check --results-file a.json --update-baseline || exit 76\n");
    script.push_str(
        "cp -r baselines fabench.toml *.txt *.json .fabench disk && cd disk || exit 77\n",
    );
    let call = |arguments: &str, version: &str| arguments.replace("$1", version);
    let kept = |file: &str| format!("../kept-{}", file.replace('/', "-"));
    for (kind, arguments, _) in KINDS {
        script.push_str(&format!(
            "\"$FABENCH\" {} > said 2>&1 || {{ echo '{kind}: failed with room'; cat said; exit 78; }}\n",
            call(arguments, "a"),
        ));
    }
    // Some write the files of others, too: only now they hold what has to stay.
    for (_, _, file) in KINDS {
        script.push_str(&format!("cp -r {file} {} || exit 79\n", kept(file)));
    }
    script.push_str(spoil);
    for (kind, arguments, file) in KINDS {
        script.push_str(&format!(
            "\"$FABENCH\" {} > ../said 2>&1; code=$?\n\
             echo \"== {kind} $code\"; cat ../said\n\
             diff -r {file} {} > /dev/null || echo '{kind}: THE OLD FILE IS GONE'\n",
            call(arguments, "b"),
            kept(file),
        ));
    }
    script.push_str("find . -name '.fabench-*.tmp' | sed 's/^/LEFT /'\n");
    let output = Command::new("unshare")
        .args(["--mount", "sh", "-c", &script])
        .current_dir(project.path(""))
        .env("FABENCH", env!("CARGO_BIN_EXE_fabench"))
        .env("SUITE", support::profile_suite())
        .output()
        .expect("unshare starts");
    let called = Called::of(&output);
    if called.exit == 77 || called.stderr.contains("unshare: ") {
        eprintln!("skipped: no file system of one's own may be mounted here");
        return;
    }
    let called = called.expect(0);
    let said = &called.stdout;
    assert!(
        !said.contains("THE OLD FILE IS GONE") && !said.contains("LEFT "),
        "{said}"
    );
    let told: Vec<&str> = said.split("== ").skip(1).collect();
    assert_eq!(told.len(), KINDS.len(), "{said}");
    for ((kind, ..), told) in KINDS.iter().zip(told) {
        assert!(
            told.starts_with(&format!("{kind} 1\n")),
            "exit code 1: {told}"
        );
        for part in [expected, "check the folder's permissions and free space"] {
            assert!(told.contains(part), "`{part}` is not in: {told}");
        }
    }
}

#[test]
fn a_full_disk_is_told_for_every_file_and_the_old_one_stays() {
    spoilt(
        "dd if=/dev/zero of=fill bs=1k 2> /dev/null; dd if=/dev/zero of=fill2 bs=1 2> /dev/null\n",
        "No space left on device",
    );
}

#[test]
fn a_read_only_folder_is_told_for_every_file_and_the_old_one_stays() {
    spoilt(
        "mount -o remount,ro . || exit 77\n",
        "Read-only file system",
    );
}
