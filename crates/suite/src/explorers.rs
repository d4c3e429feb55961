//! Explorers and the worlds they live in: a world is the agent's own generative model, drawn from.

use std::sync::Arc;

use active_inference::{Agent, Error, Model, ModelError, Real, Tensor, Workspace, models};
use rand::{RngExt as _, SeedableRng as _};
use rand_pcg::Pcg64Mcg;

/// The explorer of a 10 x 10 grid whose observations inform: 100 states, 5 observations, 5 actions, one step ahead.
pub(crate) fn informative_model<T: Real>() -> Result<Arc<Model<T>>, ModelError> {
    models::informative_explorer(10, 10, 1).map(Arc::new)
}

/// What one agent saw and did.
#[derive(Debug, Default)]
pub(crate) struct Rollout {
    /// Outcome indices by step and modality.
    pub(crate) observations: Vec<Vec<usize>>,
    /// Action indices by step and factor.
    pub(crate) actions: Vec<Vec<usize>>,
}

/// Lets a new agent act `steps` times in the world of its own model.
pub(crate) fn rollout<T: Real>(
    model: &Arc<Model<T>>,
    steps: usize,
    seed: u64,
) -> Result<Rollout, Error> {
    let mut world = World::new(model, seed);
    let mut workspace = Workspace::for_model(model);
    let mut agent = Agent::new(Arc::clone(model));
    let mut rollout = Rollout::default();
    for _ in 0..steps {
        let observation = world.observe();
        let actions = agent.step(&mut workspace, &observation)?.to_vec();
        world.advance(&actions);
        rollout.observations.push(observation);
        rollout.actions.push(actions);
    }
    Ok(rollout)
}

/// Hidden states that evolve by B and show themselves through A.
struct World {
    likelihoods: Vec<Tensor>,
    transitions: Vec<Tensor>,
    states: Vec<usize>,
    draws: Pcg64Mcg,
}

impl World {
    fn new<T: Real>(model: &Model<T>, seed: u64) -> Self {
        let mut draws = Pcg64Mcg::seed_from_u64(seed);
        Self {
            likelihoods: (0..model.num_obs().len())
                .filter_map(|m| model.likelihood(m))
                .collect(),
            transitions: (0..model.num_states().len())
                .filter_map(|f| model.transition(f))
                .collect(),
            states: model
                .num_states()
                .iter()
                .map(|&count| draws.random_range(0..count))
                .collect(),
            draws,
        }
    }

    /// One outcome per modality, drawn from A at the hidden states.
    fn observe(&mut self) -> Vec<usize> {
        let draws = &mut self.draws;
        let outcome = |likelihood: &Tensor| {
            // C order: A[o, s_0, s_1, ...]; the states index the columns.
            let columns: usize = likelihood.shape[1..].iter().product();
            let place = likelihood.shape[1..]
                .iter()
                .zip(&self.states)
                .fold(0, |place, (&n, &state)| place * n + state);
            let column = likelihood.data.iter().skip(place).step_by(columns).copied();
            draw(column, draws.random())
        };
        self.likelihoods.iter().map(outcome).collect()
    }

    /// The next hidden states, drawn from B[:, s, u].
    fn advance(&mut self, actions: &[usize]) {
        for ((state, transition), &action) in
            self.states.iter_mut().zip(&self.transitions).zip(actions)
        {
            let (states, controls) = (transition.shape[1], transition.shape[2]);
            let column = transition
                .data
                .iter()
                .skip(*state * controls + action)
                .step_by(states * controls)
                .copied();
            *state = draw(column, self.draws.random());
        }
    }
}

/// The index at which the cumulated probabilities pass `uniform`.
fn draw(probabilities: impl Iterator<Item = f64>, uniform: f64) -> usize {
    let mut left = uniform;
    let mut last = 0;
    for (index, probability) in probabilities
        .enumerate()
        .filter(|(_, probability)| *probability > 0.0)
    {
        last = index;
        left -= probability;
        if left < 0.0 {
            break;
        }
    }
    last
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_explorer_finds_out_where_it_is() {
        let model = informative_model::<f64>().unwrap();
        let recorded = rollout(&model, 50, 3).unwrap();
        let mut agent = Agent::new(Arc::clone(&model));
        let mut workspace = Workspace::for_model(&model);
        for observation in &recorded.observations {
            agent.step(&mut workspace, observation).unwrap();
        }
        let surest = agent.beliefs(0).iter().copied().fold(0.0, f64::max);
        // Colours repeat every five cells, so several cells stay likely; uniform would be 0.01 each.
        assert!(
            surest > 0.04,
            "after 50 informative observations the surest cell has only {surest}"
        );
    }

    #[test]
    fn draws_follow_the_probabilities() {
        let at = |uniform| draw([0.0, 0.25, 0.75].into_iter(), uniform);
        assert_eq!((at(0.0), at(0.2), at(0.3), at(0.999_999)), (1, 1, 2, 2));
    }
}
