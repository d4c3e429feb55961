//! Recomputes recorded pymdp runs (`aif-golden/1`) and prints the worst absolute difference of each model.
//!
//! `cargo run --release -p active-inference --example golden -- FILE.json`; exits 0 only if all are <= 1e-9.

use std::process::ExitCode;

use active_inference::golden::replay_file;

const TOLERANCE: f64 = 1e-9;

fn main() -> ExitCode {
    let files: Vec<String> = std::env::args().skip(1).collect();
    if files.is_empty() {
        eprintln!("usage: golden FILE.json ..");
        return ExitCode::from(2);
    }
    let (mut models, mut failed) = (0, 0);
    for file in &files {
        let results = std::fs::read_to_string(file).map_err(|e| e.to_string());
        let results = results.and_then(|json| replay_file(&json).map_err(|e| e.to_string()));
        let results = match results {
            Ok(results) => results,
            Err(error) => {
                eprintln!("{file}: {error}");
                return ExitCode::FAILURE;
            }
        };
        for (name, result) in results {
            models += 1;
            match result {
                Ok(r) => {
                    let verdict = if r.worst <= TOLERANCE { "ok" } else { "FAILED" };
                    failed += usize::from(r.worst > TOLERANCE);
                    println!(
                        "{name:<36} {:>9.2e}  {verdict}  ({} numbers; worst: {}; ties: {})",
                        r.worst, r.compared, r.place, r.ties
                    );
                }
                Err(error) => {
                    failed += 1;
                    println!("{name:<36} {:>9}  FAILED  ({error})", "-");
                }
            }
        }
    }
    println!(
        "{} of {models} models within {TOLERANCE:e}",
        models - failed
    );
    if failed == 0 && models > 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
