//! A mind's private state as bytes: beliefs, last action, generator; not the model.
//!
//! Invariant: what was saved loads into a mind of the same model and goes on exactly where it was; anything else is
//! refused and changes nothing. Format, little-endian: version (1 byte), then for minds without a history the last action
//! (count of factors + 1 or 0, u32 each), generator (u64), free energy (f32), count of observations (u32) and each (u32),
//! and the belief about each factor, compressed without loss. Version 2 is JSON, for minds that keep a history. (Version 1
//! held beliefs as they are.)

use std::cell::RefCell;

use active_inference::compression::{Encoder, decode};
use active_inference::{Agent, AgentState};

use crate::error::StateError;

use super::mind::Mind;

const JSON: u8 = 2;
const COMPRESSED: u8 = 3;

thread_local! {
    /// Kept for its scratch space: a snapshot saves many minds in a row.
    static ENCODER: RefCell<Encoder<f32>> = RefCell::new(Encoder::lossless());
}

impl Mind {
    pub(crate) fn save(&self, out: &mut Vec<u8>) {
        let state = self.agent.state();
        let start = out.len();
        if state.window.is_none() && self.save_compressed(&state, out) {
            return;
        }
        out.truncate(start);
        out.push(JSON);
        out.extend_from_slice(&self.free_energy_nats.to_le_bytes());
        // Plain data with finite numbers: writing it to memory cannot fail.
        serde_json::to_writer(&mut *out, &state).unwrap_or_default();
    }

    /// `false` where a belief is none that the encoder takes, as after rounding over very many states.
    fn save_compressed(&self, state: &AgentState<f32>, out: &mut Vec<u8>) -> bool {
        out.push(COMPRESSED);
        let mut number = |value: u32| out.extend_from_slice(&value.to_le_bytes());
        match &state.action {
            None => number(0),
            Some(actions) => {
                number(actions.len() as u32 + 1);
                actions.iter().for_each(|action| number(*action as u32));
            }
        }
        out.extend_from_slice(&state.rng.to_le_bytes());
        out.extend_from_slice(&self.free_energy_nats.to_le_bytes());
        let observation = self.observation.to_vec();
        out.extend_from_slice(&(observation.len() as u32).to_le_bytes());
        for outcome in observation {
            out.extend_from_slice(&outcome.to_le_bytes());
        }
        ENCODER.with_borrow_mut(|encoder| {
            let mut rest = state.beliefs.as_slice();
            self.agent.model().num_states().iter().all(|&states| {
                let (belief, later) = rest.split_at(states);
                rest = later;
                encoder.encode(belief, out).is_ok()
            })
        })
    }

    pub(crate) fn load(&mut self, kind: &str, bytes: &[u8]) -> Result<(), StateError> {
        let refused = |reason: String| StateError::new(kind, reason);
        let (version, rest) = bytes
            .split_first()
            .ok_or_else(|| refused("it is empty".to_owned()))?;
        let (state, free_energy, observation) = match *version {
            COMPRESSED => {
                read_compressed(rest, self.agent.model().num_states()).map_err(refused)?
            }
            JSON => read_json(rest).map_err(refused)?,
            other => {
                return Err(refused(format!(
                    "its version is {other}; this program knows 2 and 3"
                )));
            }
        };
        let model = self.agent.model().clone();
        self.agent = Agent::restore(model, &state).map_err(|error| refused(error.to_string()))?;
        self.free_energy_nats = free_energy;
        self.observation.keep(&observation);
        Ok(())
    }
}

type Loaded = (AgentState<f32>, f32, Vec<u32>);

fn read_json(bytes: &[u8]) -> Result<Loaded, String> {
    let (free_energy, json) = bytes
        .split_first_chunk()
        .ok_or_else(|| "it ends too early".to_owned())?;
    let state = serde_json::from_slice(json).map_err(|error| error.to_string())?;
    Ok((state, f32::from_le_bytes(*free_energy), Vec::new()))
}

fn read_compressed(bytes: &[u8], num_states: &[usize]) -> Result<Loaded, String> {
    let ((mut state, free_energy, observation), mut rest) =
        read_head(bytes).ok_or_else(|| "it ends too early".to_owned())?;
    for &states in num_states {
        let start = state.beliefs.len();
        state.beliefs.resize(start + states, 0.0);
        let taken = decode(rest, &mut state.beliefs[start..]).map_err(|error| error.to_string())?;
        rest = &rest[taken..];
    }
    if rest.is_empty() {
        Ok((state, free_energy, observation))
    } else {
        Err("it ends too late".to_owned())
    }
}

/// All but the beliefs, and what follows.
fn read_head(mut rest: &[u8]) -> Option<(Loaded, &[u8])> {
    let action = match u32::from_le_bytes(take(&mut rest)?) {
        0 => None,
        factors => Some(
            read_list(&mut rest, factors - 1)?
                .into_iter()
                .map(|action| action as usize)
                .collect(),
        ),
    };
    let rng = u64::from_le_bytes(take(&mut rest)?);
    let free_energy = f32::from_le_bytes(take(&mut rest)?);
    let outcomes = u32::from_le_bytes(take(&mut rest)?);
    let observation = read_list(&mut rest, outcomes)?;
    let state = AgentState {
        beliefs: Vec::new(),
        action,
        rng,
        window: None,
    };
    Some(((state, free_energy, observation), rest))
}

fn take<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    let (chunk, left) = rest.split_first_chunk()?;
    *rest = left;
    Some(*chunk)
}

fn read_list(rest: &mut &[u8], count: u32) -> Option<Vec<u32>> {
    let bytes = (count as usize).checked_mul(4)?;
    let (list, left) = rest.split_at_checked(bytes)?;
    *rest = left;
    let (numbers, _) = list.as_chunks();
    Some(numbers.iter().map(|&raw| u32::from_le_bytes(raw)).collect())
}

#[cfg(test)]
mod tests {
    use active_inference::{Workspace, models};
    use proptest::prelude::*;

    use super::*;
    use crate::inference::SharedModel;

    fn mind(seed: u64) -> Mind {
        let model = models::informative_explorer::<f32>(4, 3, 1).expect("a grid");
        Mind::new(&SharedModel::new(model), seed)
    }

    #[test]
    fn a_saved_mind_goes_on_where_it_was() {
        let mut old = mind(5);
        let mut workspace = Workspace::new();
        for observation in [0, 3, 2] {
            old.agent
                .step(&mut workspace, &[observation])
                .expect("fits the model");
        }
        old.observation.keep(&[2]);
        let mut bytes = Vec::new();
        old.save(&mut bytes);
        let mut new = mind(0);
        new.load("test", &bytes).expect("the same model");
        assert_eq!(new.agent.state(), old.agent.state());
        assert_eq!(new.observation, old.observation);
        assert_eq!(new.key, old.key);
    }

    #[test]
    fn beliefs_are_compressed() {
        let model = models::informative_explorer::<f32>(10, 10, 1).expect("a grid");
        let mut mind = Mind::new(&SharedModel::new(model), 1);
        let mut workspace = Workspace::new();
        for observation in [0, 3, 2, 1, 4, 0, 3, 2] {
            let stepped = mind.agent.step(&mut workspace, &[observation]);
            stepped.expect("fits the model");
        }
        let mut bytes = Vec::new();
        mind.save(&mut bytes);
        let plain = size_of_val(mind.agent.all_beliefs());
        assert!(2 * bytes.len() < plain, "{} of {plain}", bytes.len());
    }

    #[test]
    fn a_mind_of_several_factors_goes_on_where_it_was() {
        let shared = SharedModel::new(models::tmaze::<f32>().expect("a maze"));
        let mut old = Mind::new(&shared, 5);
        old.agent
            .step(&mut Workspace::new(), &[0, 0, 0])
            .expect("fits the model");
        let mut bytes = Vec::new();
        old.save(&mut bytes);
        let mut new = Mind::new(&shared, 0);
        new.load("test", &bytes).expect("the same model");
        assert_eq!(new.agent.state(), old.agent.state());
        // Of another model, and with something behind its end.
        assert!(mind(0).load("test", &bytes).is_err());
        bytes.push(0);
        assert!(new.load("test", &bytes).is_err());
    }

    /// A mind that keeps a history, whose state is JSON.
    fn remembering(seed: u64) -> Mind {
        let text = include_str!("../../../active-inference/tests/data/from_pymdp.json");
        let mut document: serde_json::Value = serde_json::from_str(text).expect("it is JSON");
        document["agent"]["inference_algo"] = "MMP".into();
        document["agent"]["inference_horizon"] = 3.into();
        let model = serde_json::from_value(document).expect("it is a model");
        let mut mind = Mind::new(&SharedModel::new(model), seed);
        let mut workspace = Workspace::new();
        for observation in [[0, 0, 0], [3, 0, 1]] {
            let stepped = mind.agent.step(&mut workspace, &observation);
            stepped.expect("fits the model");
        }
        mind
    }

    proptest! {
        #[test]
        fn damaged_states_with_a_history_are_refused_and_change_nothing(
            at in any::<prop::sample::Index>(), byte in any::<u8>(), cut in prop::option::of(any::<prop::sample::Index>()),
        ) {
            let mut bytes = Vec::new();
            remembering(1).save(&mut bytes);
            let at = at.index(bytes.len());
            bytes[at] = byte;
            if let Some(cut) = cut {
                bytes.truncate(cut.index(bytes.len()));
            }
            let mut new = remembering(2);
            let before = new.agent.state();
            if new.load("test", &bytes).is_err() {
                prop_assert_eq!(&new.agent.state(), &before);
            } else {
                let mut saved = Vec::new();
                new.save(&mut saved);
                prop_assert!(remembering(3).load("test", &saved).is_ok());
            }
        }

        #[test]
        fn damaged_states_are_refused_and_change_nothing(
            cut in 0_usize..80, at in 0_usize..80, flip in any::<u8>(),
        ) {
            let mut bytes = Vec::new();
            mind(1).save(&mut bytes);
            let cut = cut % bytes.len();
            let mut new = mind(2);
            let before = new.agent.state();
            prop_assert!(new.load("test", &bytes[..cut]).is_err());
            prop_assert_eq!(&new.agent.state(), &before);
            let at = at % bytes.len();
            bytes[at] ^= flip;
            if new.load("test", &bytes).is_err() {
                prop_assert_eq!(&new.agent.state(), &before);
            } else {
                let sum: f32 = new.agent.all_beliefs().iter().sum();
                prop_assert!((sum - 1.0).abs() < 1e-2);
            }
        }
    }
}
