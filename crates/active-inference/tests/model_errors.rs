//! Bad models end in a typed error that names the place.

mod small_model;

use std::sync::Arc;

use active_inference::{
    Algorithm, Array, Error, ModelBuilder, ModelDocument, ModelError, Settings, SoloAgent, Subset,
    Tensor, WindowPrior, models,
};
use small_model::{eye, refuse, stay_or_swap, valid};

#[test]
fn missing_arrays() {
    assert_eq!(
        refuse(ModelBuilder::new()),
        ModelError::Missing { array: Array::A }
    );
    assert_eq!(
        refuse(ModelBuilder::new().likelihood(eye(2))),
        ModelError::Missing { array: Array::B }
    );
}

#[test]
fn shapes_name_array_and_index() {
    let e = refuse(valid().likelihood(eye(3)));
    assert!(
        matches!(e, ModelError::Shape { array: Array::A, index: 1, ref found, .. } if *found == [3, 3]),
        "{e}"
    );
    let e = refuse(ModelBuilder::new().likelihood(eye(2)).transition(eye(2)));
    assert!(
        matches!(
            e,
            ModelError::Shape {
                array: Array::B,
                index: 0,
                ..
            }
        ),
        "{e}"
    );
    let e = refuse(valid().likelihood(Tensor::new([2, 2], [1.0, 0.0])));
    assert!(
        matches!(
            e,
            ModelError::TensorLength {
                array: Array::A,
                index: 1,
                expected: 4,
                found: 2,
                ..
            }
        ),
        "{e}"
    );
    let e = refuse(valid().likelihood(Tensor::new([], [])));
    assert!(
        matches!(
            e,
            ModelError::Shape {
                array: Array::A,
                index: 1,
                ..
            }
        ),
        "{e}"
    );
    let e = refuse(valid().preferences(vec![Tensor::new([3], [0.0; 3])]));
    assert!(
        matches!(
            e,
            ModelError::Shape {
                array: Array::C,
                index: 0,
                ..
            }
        ),
        "{e}"
    );
    let e = refuse(valid().initial(vec![vec![1.0]]));
    assert!(
        matches!(
            e,
            ModelError::Shape {
                array: Array::D,
                index: 0,
                ..
            }
        ),
        "{e}"
    );
    let e = refuse(valid().habits(vec![1.0]));
    assert_eq!(
        e,
        ModelError::Count {
            array: Array::E,
            per: "policy",
            expected: 2,
            found: 1
        }
    );
    let e = refuse(valid().likelihood_counts(vec![eye(3)]));
    assert!(
        matches!(
            e,
            ModelError::Shape {
                array: Array::PA,
                index: 0,
                ..
            }
        ),
        "{e}"
    );
}

#[test]
fn unnormalised_columns_name_the_column() {
    let mut b = stay_or_swap();
    b.data[3] = 0.5; // s' = 0, s = 1, u = 1
    let e = refuse(ModelBuilder::new().likelihood(eye(2)).transition(b));
    assert_eq!(
        e,
        ModelError::NotNormalised {
            array: Array::B,
            index: 0,
            column: vec![1, 1],
            sum: 0.5
        }
    );
    assert!(
        e.to_string().contains("B[0]") && e.to_string().contains("[1, 1]"),
        "{e}"
    );
    let mut a = eye(2);
    a.data[0] = 0.9;
    let e = refuse(ModelBuilder::new().likelihood(a).transition(stay_or_swap()));
    assert!(
        matches!(e, ModelError::NotNormalised { array: Array::A, index: 0, ref column, .. } if *column == [0]),
        "{e}"
    );
    let e = refuse(valid().initial(vec![vec![0.7, 0.7]]));
    assert!(
        matches!(
            e,
            ModelError::NotNormalised {
                array: Array::D,
                index: 0,
                ..
            }
        ),
        "{e}"
    );
}

#[test]
fn negative_and_nan_probabilities_name_the_place() {
    let with = |flat: usize, x: f64| {
        let mut a = eye(2);
        a.data[flat] = x;
        refuse(ModelBuilder::new().likelihood(a).transition(stay_or_swap()))
    };
    assert_eq!(
        with(1, -0.5),
        ModelError::Negative {
            array: Array::A,
            index: 0,
            at: vec![0, 1],
            value: -0.5
        }
    );
    assert!(matches!(with(2, f64::NAN), ModelError::NotFinite { at, .. } if at == [1, 0]));
    assert!(matches!(
        with(0, f64::INFINITY),
        ModelError::NotFinite { .. }
    ));
}

#[test]
fn zero_states_outcomes_and_actions() {
    let e = refuse(
        ModelBuilder::new()
            .likelihood(eye(2))
            .transition(Tensor::new([0, 0, 1], [])),
    );
    assert_eq!(
        e,
        ModelError::EmptyAxis {
            array: Array::B,
            index: 0,
            axis: "states"
        }
    );
    let e = refuse(
        ModelBuilder::new()
            .likelihood(eye(2))
            .transition(Tensor::new([2, 2, 0], [])),
    );
    assert_eq!(
        e,
        ModelError::EmptyAxis {
            array: Array::B,
            index: 0,
            axis: "actions"
        }
    );
    let e = refuse(valid().likelihood(Tensor::new([0, 2], [])));
    assert_eq!(
        e,
        ModelError::EmptyAxis {
            array: Array::A,
            index: 1,
            axis: "observations"
        }
    );
    assert!(models::grid_explorer::<f64>(0, 5).is_err());
    let e = models::grid_explorer::<f64>(usize::MAX, 2).expect_err("no memory");
    assert!(matches!(e, ModelError::JointTooLarge { .. }), "{e}");
}

#[test]
fn policies_are_counted_before_they_are_built() {
    let settings = Settings {
        policy_len: 100,
        ..Settings::default()
    };
    let e = refuse(valid().settings(settings));
    assert!(
        matches!(e, ModelError::TooManyPolicies { policies, .. } if policies == 1 << 100),
        "{e}"
    );
    let settings = Settings {
        policy_len: usize::MAX,
        ..Settings::default()
    };
    assert!(matches!(
        refuse(valid().settings(settings)),
        ModelError::TooManyPolicies { .. }
    ));
    let e = refuse(
        valid()
            .settings(Settings {
                policy_len: 3,
                ..Settings::default()
            })
            .policy_memory_limit(100),
    );
    assert!(
        matches!(
            e,
            ModelError::TooManyPolicies {
                policies: 8,
                limit: 100,
                ..
            }
        ),
        "{e}"
    );
}

#[test]
fn bad_policies_controls_and_settings() {
    let e = refuse(valid().policies(vec![vec![vec![2]]]));
    assert!(
        matches!(
            e,
            ModelError::Policy {
                policy: 0,
                step: 0,
                ..
            }
        ),
        "{e}"
    );
    assert!(matches!(
        refuse(valid().policies(vec![vec![]])),
        ModelError::Policy { .. }
    ));
    assert!(matches!(
        refuse(valid().policies(vec![vec![vec![0, 0]]])),
        ModelError::Policy { .. }
    ));
    assert_eq!(refuse(valid().policies(vec![])), ModelError::NoPolicies);
    let e = refuse(valid().policies(vec![vec![vec![0]]]));
    assert_eq!(
        e,
        ModelError::MissingMaximumAction {
            factor: 0,
            maximum: 1
        }
    );
    let e = refuse(valid().controls(vec![3]));
    assert_eq!(
        e,
        ModelError::Controls {
            factor: 0,
            found: 3,
            available: 2
        }
    );
    assert_eq!(
        refuse(valid().controls(vec![])),
        ModelError::ControlsCount {
            expected: 1,
            found: 0
        }
    );
    for settings in [
        Settings {
            gamma: f64::NAN,
            ..Settings::default()
        },
        Settings {
            policy_len: 0,
            ..Settings::default()
        },
        Settings {
            inference_horizon: 0,
            ..Settings::default()
        },
        Settings {
            modalities_to_learn: Subset::Only(vec![1]),
            ..Settings::default()
        },
        Settings {
            factors_to_learn: Subset::Only(vec![7]),
            ..Settings::default()
        },
    ] {
        assert!(matches!(
            refuse(valid().settings(settings)),
            ModelError::Setting { .. }
        ));
    }
    let settings = Settings {
        control_fac_idx: Some(vec![1]),
        ..Settings::default()
    };
    assert!(matches!(
        refuse(valid().settings(settings)),
        ModelError::ControlFactor { factor: 1, .. }
    ));
}

#[test]
fn what_pymdp_breaks_on_is_refused_by_name() {
    let single = || {
        ModelBuilder::new()
            .likelihood(Tensor::from_fn([2, 2, 1], |i| {
                f64::from(u8::from(i[0] == i[1]))
            }))
            .transition(stay_or_swap())
            .transition(Tensor::new([1, 1, 1], [1.0]))
    };
    assert!(matches!(refuse(single()), ModelError::Refused { .. }));
    let model = single()
        .single_level_factors(true)
        .build::<f64>()
        .expect("accepted when asked for");
    let mut agent = SoloAgent::new(Arc::new(model));
    agent.step(&[1]).expect("a step");
    assert!(agent.beliefs(0)[1] > 0.99);

    let settings = Settings {
        algorithm: Algorithm::MarginalMessagePassing,
        use_param_info_gain: true,
        ..Settings::default()
    };
    let e = refuse(
        valid()
            .transition_counts(vec![stay_or_swap()])
            .settings(settings),
    );
    assert!(e.to_string().contains("IndexError"), "{e}");

    let settings = Settings {
        algorithm: Algorithm::MarginalMessagePassing,
        window_prior: WindowPrior::InitialOnly,
        ..Settings::default()
    };
    let model = Arc::new(
        valid()
            .settings(settings)
            .build::<f64>()
            .expect("fine while the window stands"),
    );
    let mut agent = SoloAgent::new(model);
    agent.step(&[0]).expect("the first step");
    assert!(matches!(agent.step(&[0]), Err(Error::Refused { .. })));
}

#[test]
fn documents_say_what_is_wrong_with_them() {
    let e = ModelDocument::from_json("{").expect_err("no JSON");
    assert!(matches!(e, ModelError::Document(_)), "{e}");
    let json = r#"{"A": [{"shape": [1, 1], "data": [1.0]}], "B": [{"shape": [1, 1, 1], "data": [1.0]}],
                   "agent": {"inference_algo": "BP"}}"#;
    let e = ModelDocument::from_json(json)
        .expect("a document")
        .build::<f64>()
        .expect_err("an unknown algorithm");
    assert!(
        matches!(
            e,
            ModelError::Setting {
                setting: "inference_algo",
                ..
            }
        ),
        "{e}"
    );
    let json = r#"{"num_states": [2], "A": [{"shape": [1, 1], "data": [1.0]}], "B": [{"shape": [1, 1, 1], "data": [1.0]}]}"#;
    let e = ModelDocument::from_json(json)
        .expect("a document")
        .build::<f64>()
        .expect_err("a contradiction");
    assert!(
        matches!(
            e,
            ModelError::Shape {
                array: Array::B,
                ..
            }
        ),
        "{e}"
    );
}
