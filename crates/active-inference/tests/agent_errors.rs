//! Bad calls of an agent end in a typed error and leave it as it was.

mod small_model;

use std::sync::Arc;

use active_inference::{
    Agent, Algorithm, Array, Error, ModelError, Settings, SoloAgent, Workspace, models,
};
use small_model::{eye, valid};

#[test]
fn message_passing_cannot_learn_a_or_b() {
    let settings = Settings {
        algorithm: Algorithm::MarginalMessagePassing,
        ..Settings::default()
    };
    let model = valid()
        .likelihood_counts(vec![eye(2)])
        .settings(settings)
        .build::<f64>()
        .expect("a model");
    let mut agent = Agent::new(Arc::new(model));
    assert!(matches!(agent.update_a(&[0]), Err(Error::Refused { .. })));
    assert!(matches!(
        agent.update_b(&[0.5, 0.5]),
        Err(Error::NoCounts {
            counts: Array::PB,
            ..
        })
    ));
}

#[test]
fn bad_observations_leave_the_agent_as_it_was() {
    let model = Arc::new(models::tmaze::<f64>().expect("a model"));
    let mut workspace = Workspace::for_model(&model);
    let mut agent = Agent::new(model);
    agent.step(&mut workspace, &[0, 0, 0]).expect("a step");
    let before = agent.state();
    assert_eq!(
        agent
            .step(&mut workspace, &[0, 3, 0])
            .map(<[usize]>::to_vec),
        Err(Error::ObservationOutOfRange {
            modality: 1,
            observation: 3,
            outcomes: 3
        })
    );
    let wrong = agent.infer_states(&mut workspace, &[0]);
    assert_eq!(
        wrong,
        Err(Error::ObservationCount {
            expected: 3,
            found: 1
        })
    );
    assert_eq!(agent.state(), before);
}

#[test]
fn bad_actions_and_beliefs() {
    let model = Arc::new(models::tmaze::<f64>().expect("a model"));
    let mut agent = Agent::new(model);
    let e = agent
        .set_last_action(Some(&[4, 0]))
        .expect_err("no such action");
    assert_eq!(
        e,
        Error::ActionOutOfRange {
            factor: 0,
            action: 4,
            controls: 4
        }
    );
    assert_eq!(
        agent.set_last_action(Some(&[0])),
        Err(Error::ActionCount {
            expected: 2,
            found: 1
        })
    );
    assert!(matches!(
        agent.set_beliefs(&[1.0]),
        Err(Error::Beliefs { .. })
    ));
    assert!(matches!(
        agent.set_beliefs(&[1.0, 0.0, 0.0, 0.0, 0.6, 0.6]),
        Err(Error::Beliefs { factor: 1, .. })
    ));
    let nan = agent.set_beliefs(&[f64::NAN, 0.0, 0.0, 1.0, 0.5, 0.5]);
    assert!(matches!(nan, Err(Error::Beliefs { factor: 0, .. })));
    assert!(matches!(
        agent.update_a(&[0, 0, 0]),
        Err(Error::NoCounts {
            counts: Array::PA,
            ..
        })
    ));
    assert!(matches!(
        agent.update_d(agent.all_beliefs().to_vec().as_slice()),
        Err(Error::NoCounts { .. })
    ));
}

#[test]
fn stages_out_of_order_are_caught() {
    let model = Arc::new(models::tmaze::<f64>().expect("a model"));
    let mut workspace = Workspace::for_model(&model);
    let (mut one, mut two) = (Agent::new(Arc::clone(&model)), Agent::new(model));
    assert!(matches!(
        one.sample_action(&mut workspace),
        Err(Error::OutOfOrder { .. })
    ));
    one.infer_states(&mut workspace, &[0, 0, 0])
        .expect("states");
    one.infer_policies(&mut workspace).expect("policies");
    assert!(matches!(
        two.sample_action(&mut workspace),
        Err(Error::OutOfOrder { .. })
    ));
    one.sample_action(&mut workspace)
        .expect("the agent whose posterior it is");
    assert!(matches!(
        one.sample_action(&mut workspace),
        Err(Error::OutOfOrder { .. })
    ));
}

#[test]
fn counts_that_cannot_be_normalised_are_named() {
    let mut zero = eye(2);
    zero.data.fill(0.0);
    let model = valid()
        .likelihood_counts(vec![zero])
        .build::<f64>()
        .expect("a model");
    let mut agent = SoloAgent::new(Arc::new(model));
    agent.step(&[0]).expect("a step");
    let before = Arc::clone(agent.agent().model());
    let e = agent
        .agent_mut()
        .update_a(&[0])
        .expect_err("a column of zeros");
    assert!(
        matches!(
            e,
            Error::Model(ModelError::ZeroCounts {
                array: Array::PA,
                index: 0,
                ..
            })
        ),
        "{e}"
    );
    assert!(Arc::ptr_eq(&before, agent.agent().model()));
}
