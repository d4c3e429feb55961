//! A suite that cargo builds: the program of a package, or a bench target of it.

mod support;

use std::fs;

use support::{Project, fixture_suite};

/// A package without dependencies whose program and bench target become the fixture suite.
fn package(project: &Project) {
    let main = format!(
        "use std::os::unix::process::CommandExt as _;\nfn main() {{\n    let arguments = std::env::args_os().skip(1);\n    \
         panic!(\"{{}}\", std::process::Command::new({:?}).args(arguments).exec());\n}}\n",
        fixture_suite()
    );
    for (name, text) in [
        (
            "Cargo.toml",
            "[package]\nname = 'words'\nversion = '1.0.0'\nedition = '2024'\n[workspace]\n\
             [[bench]]\nname = 'speed'\nharness = false\n",
        ),
        ("src/lib.rs", ""),
        ("benches/speed.rs", &main),
    ] {
        let path = project.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

#[test]
fn a_bench_target_is_built_and_measured_and_a_package_without_a_program_is_told() {
    let project = Project::new();
    package(&project);
    let target = project.path("target").display().to_string();
    let call = |suite: &str, arguments: &[&str]| {
        fs::write(project.path("fabench.toml"), format!("[suite]\n{suite}\n")).unwrap();
        let mut command = project.command(arguments);
        let output = command.env("CARGO_TARGET_DIR", &target).output();
        support::Called::of(&output.unwrap())
    };
    call(
        "package = 'words'\nbench = 'speed'",
        &["run", "--quick", "first"],
    )
    .expect(0)
    .says("1 of 1 benchmarks measured");
    call("package = 'words'", &["run", "--quick"])
        .expect(1)
        .says("has no program")
        .says("`bench`");
    call("package = 'words'\nbench = 'slow'", &["run", "--quick"])
        .expect(1)
        .says("could not build the suite `words`")
        .says("no bench target named `slow`");
    call("executable = 'x'\nbench = 'speed'", &["run"])
        .expect(1)
        .says("`package` goes with `bench`");
}
