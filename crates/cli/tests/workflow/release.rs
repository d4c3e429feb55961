//! What becomes a release: a program that is small, static and of the tag's version, packed with its checksum.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

use crate::scene::own;
use crate::steps::{named, steps};

const RELEASE: &str = ".github/workflows/release.yml";

#[test]
fn a_release_is_small_static_and_of_its_tags_version() {
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("target/T/release/fabench");
    fs::create_dir_all(program.parent().unwrap()).unwrap();
    let write = |bytes: &[u8]| {
        fs::write(&program, bytes).unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    };
    let mut environment = BTreeMap::from([
        ("TARGET", "T".to_owned()),
        ("RUNNER_TEMP", folder.path().display().to_string()),
        ("GITHUB_REF_TYPE", "tag".to_owned()),
        ("GITHUB_REF_NAME", "v1.2.3".to_owned()),
    ]);
    let steps = steps(&own(RELEASE), Some("build"));
    let check = named(&steps, "Check size");

    // A script is linked with nothing.
    let script = "#!/bin/sh\necho fabench 1.2.3\n";
    write(script.as_bytes());
    check.run(folder.path(), &environment).expect(0);
    environment.insert("GITHUB_REF_NAME", "v1.2.4".to_owned());
    check
        .run(folder.path(), &environment)
        .expect(1)
        .says("::error::the tag is v1.2.4, the program is fabench 1.2.3");
    environment.insert("GITHUB_REF_TYPE", "branch".to_owned());
    check.run(folder.path(), &environment).expect(0);
    write(&[script.as_bytes(), &vec![b'#'; 20_000_000]].concat());
    check
        .run(folder.path(), &environment)
        .expect(1)
        .says("a release has less than 20000000");
    write(&fs::read("/bin/sh").unwrap());
    check
        .run(folder.path(), &environment)
        .expect(1)
        .says("is not static");

    write(script.as_bytes());
    for name in ["README.md", "CHANGELOG.md", "LICENSE-MIT", "LICENSE-APACHE"] {
        assert!(own(name).is_file());
        fs::write(folder.path().join(name), name).unwrap();
    }
    for name in ["docs/man", "docs/completions"] {
        assert!(own(name).is_dir());
        fs::create_dir_all(folder.path().join(name)).unwrap();
    }
    named(&steps, "Pack")
        .run(folder.path(), &environment)
        .expect(0);
    let packed = folder.path().join("packed");
    let name = "fabench-v1.2.4-T";
    assert!(succeeds(
        "sha256sum",
        &["--check", &format!("{name}.tar.gz.sha256")],
        &packed
    ));
    assert!(succeeds(
        "tar",
        &["-xzf", &format!("{name}.tar.gz")],
        &packed
    ));
    assert_eq!(
        fs::read_to_string(packed.join(name).join("fabench")).unwrap(),
        script
    );
}

fn succeeds(program: &str, arguments: &[&str], folder: &Path) -> bool {
    let mut command = Command::new(program);
    let output = command.args(arguments).current_dir(folder).output();
    output.unwrap().status.success()
}
