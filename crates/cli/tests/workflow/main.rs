//! The workflows' shell steps, in order, in a scratch repository with two commits: no runner, but all that one would run.

#[path = "../support/mod.rs"]
mod support;

mod release;
mod scene;
mod steps;

use std::fs;
use std::os::unix::fs::symlink;

use scene::{Scene, own};
use steps::{named, steps};

const MEASURE: &str = ".github/workflows/performance.yml";
const COMMENT: &str = ".github/workflows/performance-comment.yml";

#[test]
fn a_slower_pull_request_fails_and_says_so_in_its_comment() {
    let scene = Scene::new();
    let mut environment = scene.environment();
    environment.insert("BASE", scene.git(&["rev-parse", "HEAD~1"]));
    environment.insert("HEAD", scene.git(&["rev-parse", "HEAD"]));
    let steps = steps(&own(MEASURE), Some("compare"));
    assert_eq!(steps.len(), 2, "the install and the comparison: {steps:?}");
    // The binary of this test is the one that the first step would have installed.
    let called = named(&steps, "Build both")
        .run(&scene.repository(), &environment)
        .expect(3);
    assert!(
        called
            .stdout
            .contains("\n::error title=regression%3A work/first::"),
        "{}",
        called.stdout
    );
    let comment =
        fs::read_to_string(scene.path("repository/ci_results/github_comment.md")).unwrap();
    assert!(
        comment.starts_with("🔴 **Slower**: regression: `work/first` +"),
        "{comment}"
    );
    assert!(comment.contains("fabench compare "), "{comment}");
    assert_eq!(
        fs::read_to_string(scene.path("summary.md"))
            .unwrap()
            .trim_end(),
        comment.trim_end()
    );
}

#[test]
fn the_composite_action_compares_the_same_way() {
    let scene = Scene::new();
    let mut environment = scene.environment();
    environment.insert("BASELINE", "HEAD~1".into());
    environment.insert("CANDIDATE", "HEAD".into());
    environment.insert("ARGUMENTS", "--fail-on-regression --budget 20 first".into());
    let steps = steps(&own("action.yml"), None);
    let called = named(&steps, "Build both").run(&scene.repository(), &environment);
    called.expect(3).says("regression: work/first");
    assert!(
        scene
            .path("repository/ci_results/github_comment.md")
            .is_file()
    );
}

#[test]
fn main_accepts_what_is_not_slower_and_keeps_it_on_a_branch_of_its_own() {
    let scene = Scene::new();
    let steps = steps(&own(MEASURE), Some("record"));
    let run_job = |accept: &str, force: &str| -> Vec<(String, i32)> {
        let mut environment = scene.environment();
        environment.insert("ACCEPT", accept.to_owned());
        environment.insert("FORCE", force.to_owned());
        let _ = fs::remove_dir_all(scene.path("temporary/fabench-data"));
        let run = steps.iter().filter(|step| step.name != "Install fabench");
        run.map(|step| {
            let called = step.run(&scene.repository(), &environment);
            assert!([0, 3].contains(&called.exit), "{}: {called:?}", step.name);
            (step.name.clone(), called.exit)
        })
        .collect()
    };
    let failed = |ended: &[(String, i32)]| -> Vec<String> {
        let failed = ended.iter().filter(|(_, exit)| *exit != 0);
        failed.map(|(name, _)| name.clone()).collect()
    };
    let kept = || {
        scene.git(&[
            "--git-dir",
            "../remote.git",
            "ls-tree",
            "-r",
            "fabench-data",
        ])
    };

    scene.git(&["checkout", "--quiet", "HEAD~1"]);
    assert_eq!(failed(&run_job("true", "false")), [""; 0]);
    let first = kept();
    assert!(first.contains("performance_baseline.json"), "{first}");
    assert!(scene.path("repository/ci_results/index.html").is_file());

    scene.git(&["checkout", "--quiet", "main"]);
    let ended = run_job("true", "false");
    assert_eq!(failed(&ended), ["Judge, and accept what is not slower"]);
    let baseline = |tree: &str| -> String {
        let line = tree
            .lines()
            .find(|line| line.ends_with("performance_baseline.json"));
        line.unwrap_or_default().to_owned()
    };
    assert_eq!(
        baseline(&kept()),
        baseline(&first),
        "a regression is not accepted"
    );
}

#[test]
fn the_comment_is_written_once_and_then_kept_up_to_date() {
    let scene = Scene::new();
    let folder = scene.repository();
    fs::create_dir(folder.join("performance-report")).unwrap();
    let report = folder.join("performance-report/github_comment.md");
    fs::write(
        &report,
        "🔴 **Slower** @everyone <!-- fabench performance -->\n",
    )
    .unwrap();
    let steps = steps(&own(COMMENT), Some("comment"));
    let step = named(&steps, "Write or update");
    let mut environment = scene.environment();
    for (name, value) in [
        ("GH_TOKEN", "t"),
        ("REPOSITORY", "o/r"),
        ("NUMBER", "7"),
        ("HEAD_OWNER", "fork"),
        ("HEAD_BRANCH", "topic"),
        ("HEAD_SHA", "abc"),
        ("RUN_URL", "https://example.org/run"),
    ] {
        environment.insert(name, value.to_owned());
    }

    scene.stand_in_for_gh(&[]);
    step.run(&folder, &environment).expect(0);
    let asked = scene.asked();
    assert!(
        asked.contains("--method POST repos/o/r/issues/7/comments -F body=@comment.md"),
        "{asked}"
    );
    let body = fs::read_to_string(folder.join("comment.md")).unwrap();
    assert!(
        body.starts_with("🔴 **Slower** &#64;everyone &lt;!-- fabench"),
        "{body}"
    );
    assert!(body.ends_with("<!-- fabench performance -->\n"), "{body}");

    scene.stand_in_for_gh(&[("--paginate", "4711")]);
    step.run(&folder, &environment).expect(0);
    let asked = scene.asked();
    assert!(
        asked.contains("--method PATCH repos/o/r/issues/comments/4711"),
        "{asked}"
    );

    // From a fork: the event names no number, and the artifact is not asked.
    environment.insert("NUMBER", String::new());
    scene.stand_in_for_gh(&[("head=fork:topic", "9")]);
    step.run(&folder, &environment).expect(0);
    let asked = scene.asked();
    assert!(asked.contains("repos/o/r/issues/9/comments"), "{asked}");
    scene.stand_in_for_gh(&[]);
    step.run(&folder, &environment)
        .expect(0)
        .says("no open pull request");
    assert!(!scene.asked().contains("issues"));

    // Larger than a comment may be, and cut within a character.
    environment.insert("NUMBER", "7".to_owned());
    fs::write(&report, format!("a{}", "ß".repeat(100_000))).unwrap();
    step.run(&folder, &environment).expect(0);
    let body = fs::read(folder.join("comment.md")).unwrap();
    assert!(body.len() < 65_536 && String::from_utf8(body).is_ok());

    fs::remove_file(&report).unwrap();
    symlink("/etc/hostname", &report).unwrap();
    scene.asked();
    step.run(&folder, &environment)
        .expect(0)
        .says("holds no comment");
    assert_eq!(scene.asked(), "");
}
