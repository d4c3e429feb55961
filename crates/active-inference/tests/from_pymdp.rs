//! docs/from-pymdp.md as pasted: the Rust side computes what pymdp printed, the Python side writes the file it reads.

#[path = "../examples/from_pymdp.rs"]
#[expect(dead_code, reason = "a test has a main of its own")]
mod program;

use std::path::Path;
use std::process::{Command, Stdio};

use active_inference::ModelDocument;

/// Makes the arrays of the model in `argv[1]` and exports them to `argv[2]`, with the function that the page shows.
const EXPORT_AGAIN: &str = r"
import sys
def arrays(tensors):
    made = np.empty(len(tensors), dtype=object)
    for index, one in enumerate(tensors): made[index] = np.array(one['data']).reshape(one['shape'])
    return made
kept = json.load(open(sys.argv[1]))
agent = {name: value for name, value in kept['agent'].items()}
D = np.empty(len(kept['D']), dtype=object)
for index, one in enumerate(kept['D']): D[index] = np.array(one)
export(sys.argv[2], arrays(kept['A']), arrays(kept['B']), arrays(kept['C']), D, pA=arrays(kept['A']), **agent)
";

fn page() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/from-pymdp.md");
    std::fs::read_to_string(path).expect("the page")
}

/// The code blocks of that language on the page.
fn pasted(language: &str) -> Vec<String> {
    let page = page();
    let opening = format!("```{language}\n");
    page.split(&opening)
        .skip(1)
        .map(|rest| rest[..rest.find("```").expect("its end")].to_owned())
        .collect()
}

/// What pymdp 0.0.7.1 wrote when it ran the page's Python.
fn kept() -> &'static Path {
    Path::new(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/data/from_pymdp.json"
    ))
}

/// A Python that has numpy. Without one the test is skipped, or fails where servers are required.
fn python_with_numpy() -> Option<&'static str> {
    let found = ["python3", "/usr/bin/python3"].into_iter().find(|python| {
        let mut probe = Command::new(python);
        probe.args(["-c", "import numpy"]).stderr(Stdio::null());
        probe.status().is_ok_and(|status| status.success())
    });
    if found.is_none() {
        let required = std::env::var("FABENCH_REQUIRE_SERVERS").is_ok_and(|value| value == "1");
        assert!(
            !required,
            "FABENCH_REQUIRE_SERVERS=1, but there is no Python with numpy"
        );
        eprintln!("skipped: no Python with numpy (apt install python3-numpy)");
    }
    found
}

#[test]
fn the_rust_side_computes_what_pymdp_printed() {
    let told = program::play(kept()).expect("the model of the page");
    assert_eq!([told], *pasted("text"), "the page shows what pymdp printed");
}

#[test]
fn the_page_holds_the_program_as_it_is_in_the_tree() {
    let file = include_str!("../examples/from_pymdp.rs");
    assert_eq!(pasted("rust,no_run"), [file]);
}

#[test]
fn the_python_side_writes_what_is_read_here() {
    let Some(python) = python_with_numpy() else {
        return;
    };
    let written = Path::new(env!("CARGO_TARGET_TMPDIR")).join("from_pymdp_again.json");
    let output = Command::new(python)
        .arg("-c")
        .arg(pasted("python").swap_remove(0) + EXPORT_AGAIN)
        .args([kept(), &written])
        .output()
        .expect("Python runs");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{stderr}");
    let read = |path: &Path| {
        let json = std::fs::read_to_string(path).expect("written");
        ModelDocument::from_json(&json).expect("a model")
    };
    let (mut again, first) = (read(&written), read(kept()));
    assert_eq!(again.pa.take(), Some(first.a.clone()), "counts come along");
    assert_eq!(again, first);
    again.build::<f64>().expect("a model that can be built");
}
