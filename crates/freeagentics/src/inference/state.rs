//! A mind's private state as bytes: beliefs, last action, generator; not the model.
//!
//! Invariant: what was saved loads into a mind of the same model and goes on exactly where it was; anything else is
//! refused and changes nothing. Format, little-endian: version (1 byte), then for plain beliefs the last action (count
//! of factors + 1 or 0, u32 each), generator (u64), free energy (f32), count of observations (u32) and each (u32),
//! count of beliefs (u32) and each (f32). Version 2 is JSON, for minds that keep a history.

use active_inference::{Agent, AgentState};

use crate::error::StateError;

use super::mind::Mind;

const PLAIN: u8 = 1;
const JSON: u8 = 2;

impl Mind {
    pub(crate) fn save(&self, out: &mut Vec<u8>) {
        let state = self.agent.state();
        if state.window.is_some() {
            out.push(JSON);
            out.extend_from_slice(&self.free_energy_nats.to_le_bytes());
            // Plain data with finite numbers: writing it to memory cannot fail.
            serde_json::to_writer(&mut *out, &state).unwrap_or_default();
            return;
        }
        out.push(PLAIN);
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
        out.extend_from_slice(&(state.beliefs.len() as u32).to_le_bytes());
        for belief in &state.beliefs {
            out.extend_from_slice(&belief.to_le_bytes());
        }
    }

    pub(crate) fn load(&mut self, kind: &str, bytes: &[u8]) -> Result<(), StateError> {
        let refused = |reason: String| StateError::new(kind, reason);
        let (version, rest) = bytes
            .split_first()
            .ok_or_else(|| refused("it is empty".to_owned()))?;
        let (state, free_energy, observation) = match *version {
            PLAIN => read_plain(rest)
                .ok_or_else(|| refused("it ends too early or too late".to_owned()))?,
            JSON => read_json(rest).map_err(refused)?,
            other => {
                return Err(refused(format!(
                    "its version is {other}; this program knows 1 and 2"
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

fn read_plain(bytes: &[u8]) -> Option<Loaded> {
    let mut rest = bytes;
    let action = match u32::from_le_bytes(take(&mut rest)?) {
        0 => None,
        factors => Some(
            read_list(&mut rest, factors - 1, u32::from_le_bytes)?
                .into_iter()
                .map(|action| action as usize)
                .collect(),
        ),
    };
    let rng = u64::from_le_bytes(take(&mut rest)?);
    let free_energy = f32::from_le_bytes(take(&mut rest)?);
    let outcomes = u32::from_le_bytes(take(&mut rest)?);
    let observation = read_list(&mut rest, outcomes, u32::from_le_bytes)?;
    let states = u32::from_le_bytes(take(&mut rest)?);
    let beliefs = read_list(&mut rest, states, f32::from_le_bytes)?;
    let state = AgentState {
        beliefs,
        action,
        rng,
        window: None,
    };
    rest.is_empty().then_some((state, free_energy, observation))
}

fn take<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    let (chunk, left) = rest.split_first_chunk()?;
    *rest = left;
    Some(*chunk)
}

fn read_list<T>(rest: &mut &[u8], count: u32, read: fn([u8; 4]) -> T) -> Option<Vec<T>> {
    let bytes = (count as usize).checked_mul(4)?;
    let (list, left) = rest.split_at_checked(bytes)?;
    *rest = left;
    let mut values = Vec::with_capacity(count as usize);
    for chunk in list.chunks_exact(4) {
        values.push(read(chunk.try_into().ok()?));
    }
    Some(values)
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

    proptest! {
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
