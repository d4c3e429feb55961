//! A batch does what that many single agents do.

use std::sync::Arc;

use active_inference::{
    Agent, Batch, Error, Model, ModelDocument, Real, Sampling, Selection, Settings, Workspace,
    models,
};

/// Steps both side by side; every fifth observation differs from agent to agent.
fn compare<T: Real>(model: Model<T>, agents: usize, vectorised: bool, tolerance: f64) {
    let model = Arc::new(model);
    let mut batch = Batch::new(Arc::clone(&model), agents).expect("a batch");
    assert_eq!(batch.is_vectorised(), vectorised);
    let mut workspace = Workspace::for_model(&model);
    let mut singles: Vec<Agent<T>> = (0..agents)
        .map(|i| Agent::with_seed(Arc::clone(&model), i as u64))
        .collect();
    let factors = model.num_states().len();
    for t in 0..6 {
        let observations: Vec<usize> = (0..agents)
            .flat_map(|i| model.num_obs().iter().map(move |n| (i * 7 + t * 3) % n))
            .collect();
        let mut actions = vec![0; agents * factors];
        batch.step(&observations, &mut actions).expect("a step");
        for (i, single) in singles.iter_mut().enumerate() {
            let one = &observations[i * model.num_obs().len()..][..model.num_obs().len()];
            let chosen = single.step(&mut workspace, one).expect("a step").to_vec();
            let batched = &actions[i * factors..(i + 1) * factors];
            for (b, s) in batch
                .beliefs(i)
                .expect("an agent")
                .iter()
                .zip(single.all_beliefs())
            {
                assert!(
                    (b.to_f64() - s.to_f64()).abs() <= tolerance,
                    "agent {i}, step {t}"
                );
            }
            if chosen != batched {
                // Only a tie may be decided differently, by rounding.
                for (f, (a, b)) in chosen.iter().zip(batched).enumerate() {
                    let p = workspace.action_marginals(f);
                    assert!(
                        (p[*a].to_f64() - p[*b].to_f64()).abs() <= 1e-4,
                        "agent {i}, step {t}"
                    );
                }
                single
                    .set_last_action(Some(batched))
                    .expect("a valid action");
            }
        }
    }
    assert!(batch.beliefs(agents).is_none());
}

#[test]
fn explorers_run_in_lanes() {
    compare(
        models::informative_explorer::<f64>(5, 4, 2).expect("a model"),
        37,
        true,
        1e-12,
    );
    compare(
        models::informative_explorer::<f32>(10, 10, 1).expect("a model"),
        19,
        true,
        1e-5,
    );
    compare(
        models::dense::<f64>(11, 3, 5).expect("a model"),
        9,
        true,
        1e-12,
    );
}

#[test]
fn other_models_run_one_by_one() {
    compare(models::tmaze::<f64>().expect("a model"), 21, false, 0.0);
    compare(
        models::three_factors::<f32>(2, 3).expect("a model"),
        5,
        false,
        0.0,
    );
}

#[test]
fn stochastic_choices_follow_the_same_seeds() {
    let document =
        ModelDocument::from(&models::informative_explorer::<f64>(4, 4, 2).expect("a model"));
    for sampling_mode in [Sampling::Marginal, Sampling::Full] {
        let settings = Settings {
            action_selection: Selection::Stochastic,
            sampling_mode,
            policy_len: 2,
            alpha: 1.0,
            gamma: 0.5,
            ..Settings::default()
        };
        let builder = document.builder().expect("a document").settings(settings);
        compare(builder.build::<f64>().expect("a model"), 13, true, 1e-9);
    }
}

#[test]
fn wrong_lengths_and_observations_move_nobody() {
    let model = Arc::new(models::informative_explorer::<f64>(3, 3, 1).expect("a model"));
    let mut batch = Batch::new(model, 3).expect("a batch");
    let before = batch.beliefs(0);
    let mut actions = [0; 3];
    assert!(matches!(
        batch.step(&[0, 1], &mut actions),
        Err(Error::BatchLength {
            what: "observations",
            ..
        })
    ));
    assert!(matches!(
        batch.step(&[0, 1, 2], &mut actions[..2]),
        Err(Error::BatchLength {
            what: "actions",
            ..
        })
    ));
    assert!(matches!(
        batch.step(&[0, 1, 5], &mut actions),
        Err(Error::ObservationOutOfRange { observation: 5, .. })
    ));
    assert_eq!(batch.beliefs(0), before);
}
