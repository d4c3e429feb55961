//! Records which compiler builds this crate: it is the compiler of every suite that links it, and part of
//! what makes two runs comparable.

use std::env;
use std::process::Command;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    let compiler = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let version = Command::new(compiler)
        .arg("--version")
        .output()
        .ok()
        .and_then(|output| String::from_utf8(output.stdout).ok())
        .map_or_else(
            || "rustc, unknown version".to_owned(),
            |text| text.trim().to_owned(),
        );
    println!("cargo:rustc-env=FABENCH_TOOLCHAIN={version}");
}
