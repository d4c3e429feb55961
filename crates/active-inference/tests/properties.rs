//! No input makes the builder or the parser panic, and what they accept steps without fault.

use std::sync::Arc;

use active_inference::{
    Agent, Model, ModelBuilder, ModelDocument, Settings, SoloAgent, Tensor, models,
};
use proptest::collection::vec;
use proptest::prelude::*;

/// Numbers with the awkward ones among them.
fn number() -> impl Strategy<Value = f64> {
    prop_oneof![
        6 => 0.0..1.0f64,
        1 => Just(0.0),
        1 => Just(1.0),
        1 => Just(-0.25),
        1 => Just(f64::NAN),
        1 => Just(f64::INFINITY),
        1 => Just(f64::MAX),
        1 => Just(f64::MIN_POSITIVE),
    ]
}

fn tensor() -> impl Strategy<Value = Tensor> {
    (vec(0usize..4, 0..5), vec(number(), 0..30), any::<bool>()).prop_map(
        |(shape, mut data, fill)| {
            if fill {
                data.resize(shape.iter().product(), 0.5);
            }
            Tensor::new(shape, data)
        },
    )
}

/// A model that is right in every respect.
fn good_model() -> impl Strategy<Value = ModelBuilder> {
    let sizes = (
        vec(1usize..5, 1..3),
        vec((2usize..4, 1usize..4), 1..3),
        1usize..3,
        any::<u64>(),
    );
    sizes.prop_map(|(num_obs, factors, policy_len, seed)| {
        let mut state = seed;
        let mut next = move || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            let x = (state >> 33) as f64 / f64::from(1u32 << 31);
            if x < 0.3 { 0.0 } else { x }
        };
        let states: Vec<usize> = factors.iter().map(|(n, _)| *n).collect();
        let mut builder = ModelBuilder::new();
        let mut counts = Vec::new();
        for o in &num_obs {
            let mut shape = vec![*o];
            shape.extend_from_slice(&states);
            builder = builder.likelihood(Tensor::from_fn(shape.clone(), |_| next()).normalised());
            counts.push(Tensor::from_fn(shape, |_| next() + 0.1));
        }
        for (n, u) in &factors {
            builder = builder.transition(Tensor::from_fn([*n, *n, *u], |_| next()).normalised());
        }
        let c = num_obs
            .iter()
            .map(|o| Tensor::from_fn([*o], |_| next() * 4.0 - 2.0))
            .collect();
        let settings = Settings {
            policy_len,
            use_param_info_gain: true,
            ..Settings::default()
        };
        builder
            .preferences(c)
            .likelihood_counts(counts)
            .settings(settings)
    })
}

fn is_distribution(q: &[f64]) -> bool {
    (q.iter().sum::<f64>() - 1.0).abs() < 1e-9 && q.iter().all(|p| (0.0..=1.0 + 1e-12).contains(p))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn the_builder_never_panics(
        a in vec(tensor(), 0..3),
        b in vec(tensor(), 0..3),
        c in proptest::option::of(vec(tensor(), 0..3)),
        d in proptest::option::of(vec(vec(number(), 0..4), 0..3)),
        e in proptest::option::of(vec(number(), 0..5)),
        counts in proptest::option::of(vec(tensor(), 0..3)),
        controls in proptest::option::of(vec(0usize..4, 0..3)),
        policies in proptest::option::of(vec(vec(vec(0usize..3, 0..3), 0..3), 0..4)),
        lengths in (0usize..4, 0usize..4),
    ) {
        let settings = Settings { policy_len: lengths.0, inference_horizon: lengths.1, ..Settings::default() };
        let mut builder = ModelBuilder::new().settings(settings);
        for a in a {
            builder = builder.likelihood(a);
        }
        for b in b {
            builder = builder.transition(b);
        }
        if let Some(c) = c {
            builder = builder.preferences(c);
        }
        if let Some(d) = d {
            builder = builder.initial(d.clone()).initial_counts(d);
        }
        if let Some(e) = e {
            builder = builder.habits(e);
        }
        if let Some(counts) = counts {
            builder = builder.likelihood_counts(counts.clone()).transition_counts(counts);
        }
        if let Some(controls) = controls {
            builder = builder.controls(controls);
        }
        if let Some(policies) = policies {
            builder = builder.policies(policies);
        }
        match builder.build::<f64>() {
            Err(error) => prop_assert!(!error.to_string().is_empty()),
            Ok(model) => {
                let observation = vec![0; model.num_obs().len()];
                let mut agent = SoloAgent::new(Arc::new(model));
                prop_assert!(agent.step(&observation).is_ok());
            }
        }
    }

    #[test]
    fn the_parser_never_panics(noise in vec(any::<u8>(), 0..200)) {
        let text = String::from_utf8_lossy(&noise);
        prop_assert!(ModelDocument::from_json(&text).and_then(|d| d.build::<f64>()).is_err());
    }

    #[test]
    fn a_damaged_document_never_panics(at in 0usize..100_000, byte in any::<u8>(), cut in any::<bool>()) {
        let model = models::tmaze::<f64>().expect("a model");
        let mut json = serde_json::to_string(&model).expect("a document").into_bytes();
        let at = at % json.len();
        if cut {
            json.truncate(at);
        } else {
            json[at] = byte;
        }
        if let Ok(model) = serde_json::from_slice::<Model<f64>>(&json) {
            let observation = vec![0; model.num_obs().len()];
            prop_assert!(Agent::new(Arc::new(model)).step(&mut active_inference::Workspace::new(), &observation).is_ok());
        }
    }

    #[test]
    fn what_is_accepted_steps_and_learns(builder in good_model(), seeds in vec(any::<u32>(), 1..6)) {
        let model = Arc::new(builder.build::<f64>().expect("a good model"));
        let mut agent = SoloAgent::with_seed(Arc::clone(&model), 3);
        for seed in seeds {
            let observation: Vec<usize> = model.num_obs().iter().map(|n| seed as usize % n).collect();
            let actions = agent.step(&observation).expect("a step").to_vec();
            for (u, n) in actions.iter().zip(model.num_controls()) {
                prop_assert!(u < n);
            }
            for f in 0..model.num_states().len() {
                prop_assert!(is_distribution(agent.beliefs(f)));
                prop_assert!(is_distribution(agent.workspace().action_marginals(f)));
            }
            prop_assert!(is_distribution(agent.policy_posterior()));
            prop_assert!(agent.free_energy().is_finite());
            prop_assert!(agent.neg_expected_free_energy().iter().all(|g| g.is_finite()));
            agent.agent_mut().update_a(&observation).expect("counts are positive");
        }
        // Learning is private: the shared model is as it was.
        prop_assert!(!Arc::ptr_eq(&model, agent.agent().model()));
    }

    #[test]
    fn a_restored_agent_goes_on_as_the_original(builder in good_model(), steps in 1usize..5, mmp in any::<bool>()) {
        let settings = Settings {
            algorithm: if mmp { active_inference::Algorithm::MarginalMessagePassing } else { Default::default() },
            inference_horizon: 2,
            action_selection: active_inference::Selection::Stochastic,
            ..Settings::default()
        };
        let model = Arc::new(builder.settings(settings).build::<f64>().expect("a good model"));
        let observation = vec![0; model.num_obs().len()];
        let mut original = SoloAgent::with_seed(Arc::clone(&model), 11);
        for _ in 0..steps {
            original.step(&observation).expect("a step");
        }
        let json = serde_json::to_string(&original.agent().state()).expect("a state");
        let state = serde_json::from_str(&json).expect("a state");
        let mut copy = SoloAgent::from_agent(Agent::restore(model, &state).expect("a fitting state"));
        for _ in 0..4 {
            let actions = original.step(&observation).expect("a step").to_vec();
            prop_assert_eq!(actions.as_slice(), copy.step(&observation).expect("a step"));
            prop_assert_eq!(original.agent().all_beliefs(), copy.agent().all_beliefs());
        }
    }
}
