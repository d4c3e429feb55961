//! `fabench import`, and results of other tools given to `check` and `compare` directly.

mod support;

use std::fs;
use std::path::{Path, PathBuf};

use support::Project;

/// A file that another tool wrote.
fn foreign(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../record/tests/data/formats")
        .join(name)
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn files_and_folders_are_recognised_and_saved_like_runs() {
    let project = Project::new();
    let names = [
        "pytest-benchmark.json",
        "hyperfine.json",
        "go.txt",
        "criterion/folder",
    ];
    let paths = names.map(foreign);
    let mut arguments = vec!["import", "--record"];
    arguments.extend(paths.iter().map(|path| text(path)));
    project
        .call(&arguments)
        .expect(0)
        .says("imported 4 runs with 15 benchmarks in all");
    assert_eq!(fs::read_dir(project.path("results")).unwrap().count(), 5);
    let last = project.json("results/latest.json");
    assert_eq!(last["tool"]["name"], "criterion");
    assert_eq!(last["method"]["name"], "reported-by-criterion");
    assert!(
        last["benchmarks"][0]["summary"][0]["mean"]
            .as_f64()
            .unwrap()
            > 0.0
    );
    assert!(project.path(".fabench/history.db").exists());
}

#[test]
fn what_is_no_result_is_named_and_nothing_is_saved() {
    let project = Project::new();
    fs::write(project.path("notes.txt"), "hello").unwrap();
    let good = foreign("go.txt");
    project
        .call(&["import", text(&good), "notes.txt"])
        .expect(1)
        .says("notes.txt can't be imported: it is in no known format; expected one of");
    fs::write(
        project.path("half.json"),
        "{\"machine_info\": {}, \"benchmarks\": [",
    )
    .unwrap();
    project
        .call(&["import", "half.json"])
        .expect(1)
        .says("the file ends in the middle; expected the rest of pytest-benchmark");
    project
        .call(&["import", "--format", "hyperfine", text(&good)])
        .expect(1)
        .says("expected hyperfine");
    project
        .call(&["import", "none.json"])
        .expect(1)
        .says("does not exist");
    project
        .call(&["import", "--format", "gotest", "x"])
        .expect(2);
    project
        .call(&["import", "."])
        .expect(1)
        .says("without results that are known");
    assert!(!project.path("results").exists());
}

#[test]
fn check_takes_the_file_of_another_tool_and_its_baseline() {
    let project = Project::new();
    let file = foreign("pytest-benchmark.json");
    let check = |file: &Path, more: &[&str]| {
        project.call(&[&["check", "--results-file", text(file)], more].concat())
    };
    check(&file, &["--update-baseline"])
        .expect(0)
        .says("first baseline written");
    check(&file, &["--fail-on-regression"])
        .expect(0)
        .says("test_sort[100]");
    // Ten times slower, by the same tool on the same machine.
    let mut slow: serde_json::Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
    for value in slow["benchmarks"][0]["stats"]["data"]
        .as_array_mut()
        .unwrap()
    {
        *value = (value.as_f64().unwrap() * 10.0).into();
    }
    let path = project.path("slow.json");
    fs::write(&path, slow.to_string()).unwrap();
    // A single launch on either side shows no spread: a warning is as far as two files go.
    check(&path, &[]).expect(0).says("warning");
    check(&foreign("go.txt"), &[])
        .expect(4)
        .says("nothing compared");
}

#[test]
fn compare_takes_two_files_of_another_tool() {
    let project = Project::new();
    let go = foreign("go.txt");
    let (old, new) = (project.path("old.txt"), project.path("new.txt"));
    let once = fs::read_to_string(go).unwrap();
    fs::write(&old, once.repeat(6)).unwrap();
    fs::write(
        &new,
        once.replace(" ns/op", "0 ns/op")
            .replace("MB/s", "kB/s")
            .repeat(6),
    )
    .unwrap();
    project
        .call(&["compare", text(&old), text(&old)])
        .expect(0)
        .says("3 benchmarks");
    let called = project.call(&["compare", text(&old), text(&new), "--fail-on-regression"]);
    assert!(
        called.stdout.contains("BenchmarkFib10-2"),
        "{}",
        called.stdout
    );
}

#[test]
fn a_file_of_200_mb_is_refused_unread_through_every_door() {
    const SIZE: u64 = 200_000_000;
    let project = Project::with_baseline();
    // Sparse: it takes no room, and reading it would find no end of zeros.
    let huge = fs::File::create(project.path("huge.json")).unwrap();
    huge.set_len(SIZE).unwrap();
    let formats = fabench_record::formats::ALL.map(fabench_record::formats::Format::name);
    let mut doors: Vec<Vec<&str>> = formats
        .iter()
        .map(|name| vec!["import", "--format", name, "huge.json"])
        .collect();
    doors.push(vec!["import", "huge.json"]);
    doors.push(vec!["history", "import", "huge.json"]);
    doors.push(vec!["check", "--results-file", "huge.json"]);
    doors.push(vec!["compare", "huge.json", "results/latest.json"]);
    doors.push(vec!["report", "huge.json"]);
    doors.push(vec!["export", "--format", "csv", "huge.json"]);
    for door in doors {
        project
            .call(&door)
            .expect(1)
            .says("huge.json")
            .says("200000000 bytes, more than the 67108864 (64 MiB)")
            .says("split it");
    }
    fs::create_dir_all(project.path("criterion/a/new")).unwrap();
    fs::rename(
        project.path("huge.json"),
        project.path("criterion/a/new/sample.json"),
    )
    .unwrap();
    project
        .call(&["import", "criterion"])
        .expect(1)
        .says("criterion/a/new/sample.json")
        .says("200000000 bytes");
}

#[test]
fn the_folder_of_cargo_criterion_is_refused_with_what_to_do_instead() {
    let project = Project::new();
    fs::create_dir_all(project.path("target/criterion/data/main/fib")).unwrap();
    project
        .call(&["import", "target/criterion"])
        .expect(1)
        .says("`cargo criterion --message-format=json`");
}
