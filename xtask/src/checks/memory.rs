//! The tests of unsafe code under valgrind, which sees reads and writes outside of what was allocated, and of what was never
//! written: `docs/unsafe.md` lists that code.
//!
//! Invariant: the tests are those that the step before has built; nothing is compiled for this.

use anyhow::Result;

use crate::checks::Outcome;
use crate::process;

/// An error of memory ends a test with this status.
const VALGRIND: &str = "valgrind --quiet --error-exitcode=99 --leak-check=no --fair-sched=yes";

/// Which tests: all that reach unsafe code, but for those that need two threads at once for long, which valgrind, one thread
/// at a time, makes endless; loom checks those.
const TESTS: &str = "(binary_id(active-inference) & test(/^(math|pool)::/)) \
    | (binary_id(active-inference::pool) & !test(any_order)) \
    | (binary_id(freeagentics) & test(/lease_tests::who|prepared::/)) \
    | (binary_id(freeagentics::runtime) & test(/keep_their_state|step_that_never|agent_is_stopped/)) \
    | binary_id(fabench-harness::allocator)";

/// Runs them.
///
/// # Errors
/// If one fails, or valgrind finds fault with one.
pub(crate) fn check() -> Result<Outcome> {
    if !cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        return Ok(Outcome::Skipped("done on Linux and x86-64 only".into()));
    }
    if !process::succeeds(process::cargo().args(["nextest", "--version"])) {
        let reason = "cargo-nextest is not installed: cargo install cargo-nextest --locked";
        return Ok(Outcome::Skipped(reason.into()));
    }
    let mut command = process::cargo();
    command.args(["nextest", "run", "--profile", "ci", "--workspace"]);
    command.args(["--filterset", TESTS]);
    command.env("CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_RUNNER", VALGRIND);
    command.env("PATH", process::search_path());
    process::run(&mut command)?;
    Ok(Outcome::Passed)
}
