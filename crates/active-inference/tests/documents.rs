//! Model documents, recorded models and states of agents of any content: refused with a reason, or read to what is written and reads back the same.

use std::sync::Arc;

use active_inference::{Agent, AgentState, Model, ModelDocument, Workspace};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Value, json};

const DOCUMENT: &str = include_str!("data/from_pymdp.json");

/// Every node, as JSON pointers.
fn places(value: &Value, at: &str, found: &mut Vec<String>) {
    found.push(at.to_owned());
    match value {
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                places(item, &format!("{at}/{index}"), found);
            }
        }
        Value::Object(fields) => {
            for (name, field) in fields {
                places(field, &format!("{at}/{name}"), found);
            }
        }
        _ => {}
    }
}

fn refused_or_the_same(text: &str) {
    let Ok(document) = ModelDocument::from_json(text) else {
        return;
    };
    let written = document.to_json().unwrap();
    let read = ModelDocument::from_json(&written).unwrap();
    assert_eq!(read.to_json().unwrap(), written);
    match document.build::<f64>() {
        Ok(model) => {
            let written = serde_json::to_string(&model).unwrap();
            let read: Model<f64> = serde_json::from_str(&written).unwrap();
            assert_eq!(serde_json::to_string(&read).unwrap(), written);
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn replaced_values_are_refused_or_read_back_the_same(
        edits in prop::collection::vec((any::<Index>(), 0..14_usize), 1..3),
    ) {
        let leaves = [
            json!(null), json!(0), json!(1), json!(-1), json!(7), json!(0.5), json!(1e308), json!(u64::MAX),
            json!([]), json!([1]), json!({}), json!(true), json!("x"), json!([[1.0, 0.0], [0.0, 1.0]]),
        ];
        let mut document: Value = serde_json::from_str(DOCUMENT).unwrap();
        for (at, leaf) in edits {
            let mut found = Vec::new();
            places(&document, "", &mut found);
            let place = &found[at.index(found.len())];
            *document.pointer_mut(place).unwrap() = leaves[leaf].clone();
        }
        refused_or_the_same(&document.to_string());
    }

    #[test]
    fn cut_and_spliced_text_is_refused_or_read_back_the_same(
        at: Index, cut: Index, piece in select(vec!["[", "{\"A\":", "1e999", "-0", "NaN", "\"", ",", "]"]), truncated: bool,
    ) {
        let mut bytes = DOCUMENT.as_bytes().to_vec();
        let at = at.index(bytes.len());
        bytes.splice(at..=at, piece.bytes());
        if truncated {
            bytes.truncate(cut.index(bytes.len()));
        }
        if let Ok(text) = std::str::from_utf8(&bytes) {
            refused_or_the_same(text);
        }
    }
}

#[test]
fn what_is_nested_without_end_is_refused() {
    for opening in ["[", "{\"A\":", "{\"A\":["] {
        assert!(ModelDocument::from_json(&opening.repeat(100_000)).is_err());
    }
}

/// An agent of the document's model that remembers a window, after some steps.
fn remembering() -> Agent<f64> {
    let mut document: Value = serde_json::from_str(DOCUMENT).unwrap();
    document["agent"]["inference_algo"] = json!("MMP");
    document["agent"]["inference_horizon"] = json!(3);
    let document = ModelDocument::from_json(&document.to_string()).unwrap();
    let mut agent = Agent::with_seed(Arc::new(document.build().unwrap()), 7);
    let mut workspace = Workspace::new();
    for observation in [[0, 0, 0], [3, 0, 1], [2, 1, 0]] {
        agent.step(&mut workspace, &observation).unwrap();
    }
    agent
}

/// What is accepted is what the agent then says of itself, and it goes on or says why not.
fn state_refused_or_kept(model: &Arc<Model<f64>>, text: &str) {
    let Ok(state) = serde_json::from_str::<AgentState<f64>>(text) else {
        return;
    };
    match Agent::restore(model.clone(), &state) {
        Ok(mut agent) => {
            assert_eq!(agent.state(), state);
            if let Err(error) = agent.step(&mut Workspace::new(), &[0, 0, 0]) {
                assert!(!error.to_string().is_empty());
            }
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}

#[test]
fn a_state_whose_counts_would_overflow_is_refused() {
    let agent = remembering();
    for count in ["actions_taken", "timestep", "posteriors_seen"] {
        let mut state = serde_json::to_value(agent.state()).unwrap();
        state["window"][count] = json!(u64::MAX);
        let state = serde_json::from_value(state).unwrap();
        let error = Agent::restore(agent.model().clone(), &state).unwrap_err();
        assert!(error.to_string().contains("count of steps"), "{error}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn states_of_agents_are_refused_or_kept(edits in prop::collection::vec((any::<Index>(), 0..14_usize), 1..3)) {
        let leaves = [
            json!(null), json!(0), json!(1), json!(-1), json!(7), json!(0.5), json!(1e308), json!(u64::MAX),
            json!([]), json!([1]), json!({}), json!(true), json!("x"), json!([[1.0, 0.0], [0.0, 1.0]]),
        ];
        let agent = remembering();
        let mut state = serde_json::to_value(agent.state()).unwrap();
        for (at, leaf) in edits {
            let mut found = Vec::new();
            places(&state, "", &mut found);
            let place = &found[at.index(found.len())];
            *state.pointer_mut(place).unwrap() = leaves[leaf].clone();
        }
        state_refused_or_kept(agent.model(), &state.to_string());
    }

    #[test]
    fn recorded_models_are_refused_or_read_back_the_same(edits in prop::collection::vec((any::<Index>(), 0..8_usize), 1..3)) {
        let leaves = [json!(null), json!(0), json!(2), json!(-1), json!(0.5), json!(u64::MAX), json!([]), json!("x")];
        let mut recorded = serde_json::to_value(&**remembering().model()).unwrap();
        for (at, leaf) in edits {
            let mut found = Vec::new();
            places(&recorded, "", &mut found);
            let place = &found[at.index(found.len())];
            *recorded.pointer_mut(place).unwrap() = leaves[leaf].clone();
        }
        if let Ok(model) = serde_json::from_value::<Model<f64>>(recorded) {
            let written = serde_json::to_string(&model).unwrap();
            let read: Model<f64> = serde_json::from_str(&written).unwrap();
            assert_eq!(serde_json::to_string(&read).unwrap(), written);
        }
    }
}
