//! Prints the JSON schema of the report; it is published as `docs/schemas/regression_report.schema.json`.

use fabench_gate::Comparison;
use schemars::schema_for;

fn main() -> Result<(), serde_json::Error> {
    println!(
        "{}",
        serde_json::to_string_pretty(&schema_for!(Comparison))?
    );
    Ok(())
}
