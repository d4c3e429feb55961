//! Mistakes on the command line: exit 2 and the nearest valid names.

mod support;

use support::Project;

#[test]
fn a_wrong_flag_names_the_right_one() {
    let project = Project::new();
    project.call(&["run", "--quik"]).expect(2).says("--quick");
    project.call(&["chek"]).expect(2).says("check");
    project.call(&[]).expect(2).says("Usage");
}

#[test]
fn a_wrong_category_filter_or_column_names_the_nearest() {
    let project = Project::new();
    project
        .call(&["run", "--category", "wrok"])
        .expect(2)
        .says("did you mean `work`?")
        .says("trouble, work");
    project
        .call(&["run", "work/frist"])
        .expect(2)
        .says("`work/first`");
    project
        .call(&["run", "--columns", "median,meen"])
        .expect(2)
        .says("mean");
    project
        .call(&["run", "--sort", "speed"])
        .expect(2)
        .says("median");
    project
        .call(&["run", "--max-time", "-1"])
        .expect(2)
        .says("seconds above 0");
}

#[test]
fn help_explains_commands_and_exit_codes() {
    let project = Project::new();
    project
        .call(&["--help"])
        .expect(0)
        .says("Judge a saved result")
        .says("130");
    project
        .call(&["run", "--help"])
        .expect(0)
        .says("never accepted as a baseline");
}

#[test]
fn names_that_would_leave_the_folder_are_refused_before_anything_runs() {
    let project = Project::new();
    project
        .call(&["run", "--save", "../out"])
        .expect(2)
        .says("can't be the name");
    assert!(!project.path("results").exists());
}

#[test]
fn a_configuration_that_is_wrong_is_shown_with_its_place() {
    let project = Project::new();
    std::fs::write(project.path("fabench.toml"), "[suite]\npakage = 'x'\n").unwrap();
    project
        .call(&["run"])
        .expect(1)
        .says("fabench.toml")
        .says("pakage");
    std::fs::write(project.path("fabench.toml"), "").unwrap();
    project
        .call(&["run"])
        .expect(1)
        .says("no suite is configured");
    project
        .call(&["--config", "gone.toml", "run"])
        .expect(1)
        .says("gone.toml");
}
