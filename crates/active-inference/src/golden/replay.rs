//! Recomputing a recorded run.
//!
//! Invariant: calls are made in the order that the schema lays down: reset, infer states, learn A, learn B, infer
//! policies, sample an action; after the last step learn D.

use std::sync::Arc;

use serde_json::Value;

use super::compare::{Report, flatten};
use super::schema::{GoldenFile, GoldenModel, GoldenStep};
use crate::agent::{Agent, Workspace};
use crate::error::{Error, ModelError};
use crate::model::{Algorithm, Model, Sampling, Selection};
use crate::planning::Term;
use crate::real::Real;

/// Below this gap between the two best choices rounding decides, and the action is not compared.
const TIE: f64 = 1e-9;

/// Replays every model of a file in `f64`; returns each model's name with its report or the error it ended in.
///
/// # Errors
/// [`ModelError::Document`] if the file itself cannot be read.
#[expect(
    clippy::type_complexity,
    reason = "a name with a result; a type of its own would only hide it"
)]
pub fn replay_file(json: &str) -> Result<Vec<(String, Result<Report, Error>)>, ModelError> {
    let file = GoldenFile::from_json(json)?;
    Ok(file
        .models
        .iter()
        .map(|m| (m.model.name.clone(), replay::<f64>(m)))
        .collect())
}

/// Replays one model and compares every recorded number.
///
/// # Errors
/// What building the model or stepping the agent ended in.
pub fn replay<T: Real>(golden: &GoldenModel) -> Result<Report, Error> {
    let model = Arc::new(golden.model.build::<T>()?);
    let mut run = Run {
        report: Report::default(),
        agent: Agent::new(Arc::clone(&model)),
        workspace: Workspace::for_model(&model),
        first: Vec::new(),
    };
    if let Some(policies) = &golden.policies
        && *policies != model.policies().to_nested()
    {
        run.report.note("the list of policies", f64::INFINITY);
    }
    if golden.steps.len() != golden.observations.len() {
        run.report.note("the number of steps", f64::INFINITY);
    }
    for (t, (observation, step)) in golden.observations.iter().zip(&golden.steps).enumerate() {
        run.step(golden, t, observation, step)?;
    }
    run.finish(golden)?;
    Ok(run.report)
}

struct Run<T: Real> {
    report: Report,
    agent: Agent<T>,
    workspace: Workspace<T>,
    /// Beliefs of step 0.
    first: Vec<T>,
}

impl<T: Real> Run<T> {
    fn step(
        &mut self,
        golden: &GoldenModel,
        t: usize,
        observation: &[usize],
        step: &GoldenStep,
    ) -> Result<(), Error> {
        if golden.reset_before_step.contains(&t) {
            self.agent.reset();
        }
        let message_passing =
            self.agent.model().settings().algorithm == Algorithm::MarginalMessagePassing;
        let previous = self.agent.all_beliefs().to_vec();
        if message_passing && let Some(window) = self.agent.state().window {
            self.check(t, step, "latest_belief", &widen(&window.prior));
        }
        self.agent.infer_states(&mut self.workspace, observation)?;
        if message_passing {
            self.check_window(t, step);
        } else {
            self.check_states(t, step);
            if t == 0 {
                self.first = self.agent.all_beliefs().to_vec();
            }
        }
        if golden.learning.a {
            self.agent.update_a(observation)?;
            let counts = tensors(self.agent.model(), Model::likelihood_counts);
            self.check(t, step, "pA_after", &counts);
        }
        if golden.learning.b && t > 0 {
            self.agent.update_b(&previous)?;
            let counts = tensors(self.agent.model(), Model::transition_counts);
            self.check(t, step, "pB_after", &counts);
        }
        self.agent.infer_policies(&mut self.workspace)?;
        self.check(
            t,
            step,
            "G",
            &widen(self.workspace.neg_expected_free_energy()),
        );
        self.check(t, step, "q_pi", &widen(self.workspace.policy_posterior()));
        self.check_terms(t, step)?;
        self.check_action(t, step)
    }

    /// Fixed-point iteration.
    fn check_states(&mut self, t: usize, step: &GoldenStep) {
        let factors = self.agent.model().num_states().len();
        let prior: Vec<f64> = (0..factors)
            .flat_map(|f| widen(self.workspace.prior(f)))
            .collect();
        self.check(t, step, "prior", &prior);
        self.check(t, step, "qs", &widen(self.agent.all_beliefs()));
        self.check(t, step, "fpi_iters", &[self.workspace.sweeps() as f64]);
        self.check(
            t,
            step,
            "fpi_vfe_trace",
            &widen(&self.workspace.free_energy_trace()),
        );
        self.check(t, step, "vfe", &[self.workspace.free_energy().to_f64()]);
    }

    /// Message passing.
    fn check_window(&mut self, t: usize, step: &GoldenStep) {
        let model = Arc::clone(self.agent.model());
        let factors = model.num_states().len();
        let mut beliefs = Vec::new();
        for p in 0..model.policies().len() {
            let times = self.workspace.window_len() + model.policies().policy(p).len() / factors;
            for time in 0..times {
                for f in 0..factors {
                    beliefs.extend(widen(self.workspace.window_beliefs(p, time, f)));
                }
            }
        }
        self.check(t, step, "qs_pi", &beliefs);
        self.check(t, step, "F", &widen(self.workspace.policy_free_energies()));
    }

    fn check_terms(&mut self, t: usize, step: &GoldenStep) -> Result<(), Error> {
        let Some(Value::Object(recorded)) = step.fields.get("efe_terms") else {
            return Ok(());
        };
        self.agent.explain(&mut self.workspace)?;
        for (name, term) in [
            ("utility", Term::Utility),
            ("states_info_gain", Term::StateInformation),
            ("pA_info_gain", Term::LikelihoodInformation),
            ("pB_info_gain", Term::TransitionInformation),
        ] {
            let computed = self.workspace.term(term).map(widen).unwrap_or_default();
            self.report
                .check(&format!("step {t} {name}"), recorded.get(name), &computed);
        }
        Ok(())
    }

    fn check_action(&mut self, t: usize, step: &GoldenStep) -> Result<(), Error> {
        self.agent.action_probabilities(&mut self.workspace);
        let settings = self.agent.model().settings();
        let (sampling, selection) = (settings.sampling_mode, settings.action_selection);
        let factors = self.agent.model().num_states().len();
        let of_all = |f: &dyn Fn(usize) -> Vec<f64>| (0..factors).flat_map(f).collect::<Vec<_>>();
        let w = &self.workspace;
        let marginals = of_all(&|f| widen(w.action_marginals(f)));
        let probabilities = of_all(&|f| widen(w.action_probabilities(f)));
        let gaps: Vec<Option<f64>> = match sampling {
            Sampling::Marginal => (0..factors).map(|f| gap(w.action_marginals(f))).collect(),
            Sampling::Full => vec![gap(w.policy_posterior())],
        };
        self.check(t, step, "action_marginals", &marginals);
        self.check(t, step, "action_probs_stochastic", &probabilities);
        let recorded_gaps = numbers(step.fields.get("action_gap"));
        self.check_gaps(t, &recorded_gaps, &gaps);

        let chosen = self.agent.sample_action(&mut self.workspace)?.to_vec();
        let recorded: Vec<usize> = step.action.iter().map(|u| *u as usize).collect();
        if recorded_gaps.iter().any(|gap| *gap < TIE) {
            self.report.ties += 1;
        } else if selection == Selection::Deterministic && chosen != recorded {
            self.report.note(&format!("step {t} action"), f64::INFINITY);
        }
        self.agent.set_last_action(Some(&recorded))
    }

    /// Gaps are null where there is nothing to choose.
    fn check_gaps(&mut self, t: usize, recorded: &[f64], computed: &[Option<f64>]) {
        let recorded: Vec<f64> = recorded.iter().copied().filter(|g| !g.is_nan()).collect();
        let computed: Vec<f64> = computed.iter().flatten().copied().collect();
        if !recorded.is_empty() {
            let recorded = Value::from(recorded);
            self.report
                .check(&format!("step {t} action_gap"), Some(&recorded), &computed);
        }
    }

    /// Learns D and compares the final arrays.
    fn finish(&mut self, golden: &GoldenModel) -> Result<(), Error> {
        if golden.learning.d {
            match self.agent.model().settings().algorithm {
                Algorithm::FixedPoint => self.agent.update_d(&self.first)?,
                Algorithm::MarginalMessagePassing => {
                    self.agent.update_d_from_window(&self.workspace)?;
                }
            }
        }
        let model = self.agent.model();
        let factors = model.num_states().len();
        let flat = |of: &dyn Fn(usize) -> Option<Vec<f64>>| {
            (0..factors).filter_map(of).flatten().collect::<Vec<f64>>()
        };
        for (name, computed) in [
            ("A_after", tensors(model, Model::likelihood)),
            ("B_after", tensors(model, Model::transition)),
            ("pA_after", tensors(model, Model::likelihood_counts)),
            ("pB_after", tensors(model, Model::transition_counts)),
            ("pD_after", flat(&|f| model.initial_counts(f).map(widen))),
            ("D_after", flat(&|f| model.initial(f).map(widen))),
        ] {
            self.report
                .check(&format!("final {name}"), golden.last.get(name), &computed);
        }
        Ok(())
    }

    fn check(&mut self, t: usize, step: &GoldenStep, field: &str, computed: &[f64]) {
        self.report.check(
            &format!("step {t} {field}"),
            step.fields.get(field),
            computed,
        );
    }
}

fn widen<T: Real>(numbers: &[T]) -> Vec<f64> {
    numbers.iter().map(|x| x.to_f64()).collect()
}

fn numbers(value: Option<&Value>) -> Vec<f64> {
    let mut out = Vec::new();
    if let Some(value) = value {
        flatten(value, &mut out);
    }
    out
}

/// The data of all tensors that `get` returns for 0, 1, ..
fn tensors<T: Real>(
    model: &Model<T>,
    get: impl Fn(&Model<T>, usize) -> Option<crate::Tensor>,
) -> Vec<f64> {
    (0..)
        .map_while(|i| get(model, i))
        .flat_map(|t| t.data)
        .collect()
}

/// Best minus second best; `None` for a single choice.
fn gap<T: Real>(p: &[T]) -> Option<f64> {
    let mut sorted = widen(p);
    sorted.sort_by(|a, b| b.total_cmp(a));
    Some(sorted[0] - sorted.get(1)?)
}
