//! What the runtime reads: models, states of agents, compressed beliefs, clients' commands, other runtimes' frames.

use std::sync::Arc;

use active_inference::compression::{Encoder, decode, inspect, kl_divergence};
use active_inference::{Agent, AgentState, Model, ModelDocument, Real, Workspace, models};
use freeagentics::{Agent as _, Explorer, GridWorld, InferenceAgent, SharedModel, fuzzing};
use serde_json::{Value, json};

use crate::{Parser, is_reason, seeds};

const DOCUMENT: &str = "crates/active-inference/tests/data/from_pymdp.json";

/// A caller who reads longer beliefs has brought the room for them.
const MOST_STATES: usize = 1 << 16;

pub(crate) fn parsers() -> Vec<Parser> {
    let agent = remembering();
    let model = agent.model().clone();
    let recorded = serde_json::to_vec(&*model).expect("a model can be written");
    let state = serde_json::to_vec(&agent.state()).expect("a state can be written");
    let lines = |lines: &[&str]| lines.iter().map(|line| line.as_bytes().to_vec()).collect();
    vec![
        Parser::new(
            "model-document",
            vec![seeds::file(DOCUMENT)],
            model_document,
        ),
        Parser::new("recorded-model", vec![recorded], recorded_model),
        Parser::new("agent-state", vec![state], move |bytes| {
            agent_state(&model, bytes);
        }),
        Parser::new("saved-agent", saved(), {
            let kinds = kinds();
            move |bytes| saved_agent(&kinds, bytes)
        }),
        Parser::new("belief", beliefs(), belief),
        Parser::new("gateway-json", lines(&COMMANDS), fuzzing::gateway_json),
        Parser::new("gateway-binary", binary_commands(), fuzzing::gateway_binary),
        Parser::new("bus-frame", frames(), fuzzing::bus_frame),
    ]
}

fn model_document(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    let document = match ModelDocument::from_json(text) {
        Ok(document) => document,
        Err(error) => return assert!(!error.to_string().is_empty()),
    };
    let written = document.to_json().expect("what was read can be written");
    let read = ModelDocument::from_json(&written).expect("what was written is read");
    assert_eq!(read.to_json().expect("it can be written again"), written);
    match document.build::<f64>() {
        Ok(model) => {
            same_again(&model);
            steps(Arc::new(model));
        }
        Err(error) => is_reason(&error.to_string()),
    }
}

fn recorded_model(bytes: &[u8]) {
    if let Ok(model) = serde_json::from_slice::<Model<f64>>(bytes) {
        same_again(&model);
    }
    if let Ok(model) = serde_json::from_slice::<Model<f32>>(bytes) {
        same_again(&model);
    }
}

fn same_again<T: Real>(model: &Model<T>) {
    let written = serde_json::to_string(model).expect("a model can be written");
    let read: Model<T> = serde_json::from_str(&written).expect("what was written is read");
    assert_eq!(
        serde_json::to_string(&read).expect("it can be written again"),
        written
    );
}

/// A model that is accepted can be used, if only to be told what is wrong.
fn steps(model: Arc<Model<f64>>) {
    let observation = vec![0; model.num_obs().len()];
    let mut agent = Agent::new(model);
    let mut workspace = Workspace::new();
    for _ in 0..3 {
        if let Err(error) = agent.step(&mut workspace, &observation) {
            return is_reason(&error.to_string());
        }
    }
}

/// What is accepted is what the agent then says of itself, and it goes on.
fn agent_state(model: &Arc<Model<f64>>, bytes: &[u8]) {
    let Ok(state) = serde_json::from_slice::<AgentState<f64>>(bytes) else {
        return;
    };
    match Agent::restore(model.clone(), &state) {
        Ok(mut agent) => {
            assert_eq!(agent.state(), state);
            let observation = vec![0; model.num_obs().len()];
            let _ = agent.step(&mut Workspace::new(), &observation);
        }
        Err(error) => is_reason(&error.to_string()),
    }
}

/// A model whose agents remember a window.
fn remembering() -> Agent<f64> {
    let mut document: Value = serde_json::from_slice(&seeds::file(DOCUMENT)).expect("it is JSON");
    document["agent"]["inference_algo"] = json!("MMP");
    document["agent"]["inference_horizon"] = json!(3);
    let document = ModelDocument::from_json(&document.to_string()).expect("it is a document");
    let mut agent = Agent::with_seed(Arc::new(document.build().expect("it is a model")), 7);
    for observation in [[0, 0, 0], [3, 0, 1], [2, 1, 0]] {
        agent
            .step(&mut Workspace::new(), &observation)
            .expect("it fits the model");
    }
    agent
}

/// Makes agents of one kind.
type Kind = Box<dyn Fn() -> Box<dyn freeagentics::Agent> + Send + Sync>;

/// One of several factors, one that remembers, one that walks.
fn kinds() -> Vec<Kind> {
    let maze = SharedModel::new(models::tmaze::<f32>().expect("a maze"));
    let text = serde_json::to_string(&**remembering().model()).expect("a model can be written");
    let remembering = SharedModel::new(serde_json::from_str(&text).expect("it is a model"));
    let world = GridWorld::informative(4, 3).expect("a grid");
    vec![
        Box::new(move || Box::new(InferenceAgent::new(&maze, 1))),
        Box::new(move || Box::new(InferenceAgent::new(&remembering, 1))),
        Box::new(move || Box::new(Explorer::new(&world, 1))),
    ]
}

/// The kind's number, then a state.
fn saved() -> Vec<Vec<u8>> {
    let numbered = |(number, kind): (u8, &Kind)| {
        let mut bytes = vec![number];
        kind().save(&mut bytes);
        bytes
    };
    (0..).zip(&kinds()).map(numbered).collect()
}

/// What is loaded is saved to the same bytes, however often.
fn saved_agent(kinds: &[Kind], bytes: &[u8]) {
    let Some((number, bytes)) = bytes.split_first() else {
        return;
    };
    let kind = &kinds[usize::from(*number) % kinds.len()];
    let mut agent = kind();
    let before = state(&*agent);
    if let Err(error) = agent.load(bytes) {
        is_reason(&error.to_string());
        assert_eq!(state(&*agent), before, "refused, and changed all the same");
        return;
    }
    let saved = state(&*agent);
    let mut again = kind();
    again.load(&saved).expect("what was saved is loaded");
    assert_eq!(state(&*again), saved);
}

fn state(agent: &dyn freeagentics::Agent) -> Vec<u8> {
    let mut bytes = Vec::new();
    agent.save(&mut bytes);
    bytes
}

fn belief(bytes: &[u8]) {
    match inspect(bytes) {
        Ok(info) if info.states <= MOST_STATES => {
            decoded::<f32>(bytes, info.states);
            decoded::<f64>(bytes, info.states);
        }
        Ok(_) => {}
        Err(error) => is_reason(&error.to_string()),
    }
}

/// A belief that an encoder takes comes back: to the bit, or within the bound.
fn decoded<T: Real>(bytes: &[u8], states: usize) {
    let mut belief = vec![T::ZERO; states];
    if let Err(error) = decode(bytes, &mut belief) {
        return is_reason(&error.to_string());
    }
    let mut back = vec![T::ZERO; states];
    let mut written = Vec::new();
    if Encoder::lossless().encode(&belief, &mut written).is_ok() {
        decode(&written, &mut back).expect("what was encoded is decoded");
        assert!(back == belief, "{belief:?} became {back:?}");
        written.clear();
        Encoder::new()
            .encode(&belief, &mut written)
            .expect("another encoder takes it too");
        decode(&written, &mut back).expect("what was encoded is decoded");
        let nats = kl_divergence(&belief, &back);
        assert!(
            nats <= 1.1 * Encoder::<T>::DEFAULT_BOUND_NATS,
            "{nats} nats"
        );
    }
}

fn beliefs() -> Vec<Vec<u8>> {
    let beliefs: [&[f32]; 4] = [
        &[0.7, 0.2, 0.06, 0.03, 0.01, 0.0, 0.0, 0.0],
        &[0.0, 0.0, 1.0, 0.0],
        &[0.25; 4],
        &[0.3, 0.3, 0.2, 0.2],
    ];
    let mut seeds = Vec::new();
    for belief in beliefs {
        for mut encoder in [Encoder::new(), Encoder::lossless()] {
            let mut bytes = Vec::new();
            encoder.encode(belief, &mut bytes).expect("it is a belief");
            seeds.push(bytes);
        }
    }
    seeds
}

const COMMANDS: [&str; 8] = [
    r#"{"type":"echo","id":7,"payload":{"a":[1e400, -0.0, "\ud83d\ude00"]}}"#,
    r#"{"type":"subscribe","topics":["a","agents.*"],"id":1}"#,
    r#"{"type":"unsubscribe","topic":"a\u0000b"}"#,
    r#"{"type":"publish","topic":"t","payload":[[[null]]]}"#,
    r#"{"type":"spawn","count":4294967295}"#,
    r#"{"type":"observe","agent":18446744073709551615,"observation":[0,4294967295]}"#,
    r#"{"type":"inspect","agent":3,"id":0}"#,
    r#"{"type":"status","id":4294967295}"#,
];

/// Operation, id, body.
fn binary_commands() -> Vec<Vec<u8>> {
    let bodies: [&[u8]; 8] = [
        b"x",
        b"\x01a",
        b"\x01a",
        b"\x01apayload",
        &[1, 0, 0, 0],
        &[7, 0, 0, 0, 0, 0, 0, 0, 1, 2, 0, 0, 0],
        &[7; 8],
        b"",
    ];
    (1..)
        .zip(bodies)
        .map(|(operation, body)| [&[operation, 9, 0, 0, 0], body].concat())
        .collect()
}

/// A header, then an item of each kind and form, as far as they are short: length, kind and form in a word, addresses, content.
fn frames() -> Vec<Vec<u8>> {
    let mut header = vec![0; 27];
    header[0] = 1;
    let contents: [&[u8]; 4] = [
        b"payload",
        &[2, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0],
        &[0, 0, 128, 63, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 128, 63],
        &[0],
    ];
    let mut seeds = vec![header.clone()];
    for kind in 0..5_u32 {
        for (form, content) in (0..).zip(contents) {
            let mut item = vec![0; 16];
            if kind == 4 {
                item.extend_from_slice(&[2, 0, 0, 0, b'n', b'o']);
            }
            item.extend_from_slice(content);
            let form: u32 = form;
            let head = item.len() as u32 | (kind << 26) | (form << 29);
            seeds.push([header.as_slice(), &head.to_le_bytes(), &item].concat());
        }
    }
    seeds
}
