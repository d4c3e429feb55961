//! Lets the agent of `model.json`, which the Python side of docs/from-pymdp.md wrote, act on two observations.

use std::error::Error;
use std::path::Path;
use std::sync::Arc;

use active_inference::{ModelDocument, SoloAgent};

fn main() -> Result<(), Box<dyn Error>> {
    print!("{}", play(Path::new("model.json"))?);
    Ok(())
}

pub(crate) fn play(path: &Path) -> Result<String, Box<dyn Error>> {
    let document = ModelDocument::from_json(&std::fs::read_to_string(path)?)?;
    let mut agent = SoloAgent::new(Arc::new(document.build::<f64>()?));
    let mut told = String::new();
    for observation in [[0, 0, 0], [3, 0, 1]] {
        let action = agent.step(&observation)?.to_vec();
        let best = agent.policy_posterior().iter().copied().fold(0.0, f64::max);
        told += &format!("saw {observation:?}, acts {action:?}, best policy {best:.9}\n");
    }
    Ok(told)
}
