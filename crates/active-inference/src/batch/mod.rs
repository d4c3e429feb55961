//! [`Batch`]: thousands of agents of one model stepped together, across cores.
//!
//! Invariant: the same beliefs and actions, to rounding, as that many single agents with the same seeds. Models with one
//! factor run vectorised *across* agents ([`lanes`]): eight agents share every table entry that is read. All others run
//! one agent after the other on every core.

mod lanes;
mod scratch;
mod tables;

use std::sync::Arc;

use rayon::prelude::*;

use crate::agent::{Agent, Workspace};
use crate::error::Error;
use crate::math::LANES;
use crate::model::{Algorithm, Model};
use crate::real::Real;
use lanes::LaneAgents;
use tables::Tables;

/// Work items per thread, so that an unlucky thread does not hold up the rest.
const CHUNKS_PER_THREAD: usize = 4;

/// Agents that share one model and are stepped together. They do not learn.
///
/// ```
/// use std::sync::Arc;
/// use active_inference::{Batch, models};
///
/// let model = Arc::new(models::informative_explorer::<f32>(10, 10, 1)?);
/// let mut batch = Batch::new(model, 1000)?;
/// let observations = vec![2; 1000];
/// let mut actions = vec![0; 1000];
/// batch.step(&observations, &mut actions)?;
/// assert!(actions.iter().all(|a| *a < 5));
/// # Ok::<(), active_inference::Error>(())
/// ```
#[derive(Debug)]
pub struct Batch<T: Real> {
    model: Arc<Model<T>>,
    len: usize,
    kind: Kind<T>,
}

#[derive(Debug)]
enum Kind<T: Real> {
    Lanes {
        tables: Tables<T>,
        chunks: Vec<LaneAgents<T>>,
        per_chunk: usize,
    },
    Single {
        agents: Vec<Agent<T>>,
        workspaces: Vec<Workspace<T>>,
        per_chunk: usize,
    },
}

impl<T: Real> Batch<T> {
    /// `agents` new agents, agent i seeded with i.
    ///
    /// # Errors
    /// [`Error::Refused`] for models with message passing, whose private state is a window of history: step those as
    /// single agents.
    pub fn new(model: Arc<Model<T>>, agents: usize) -> Result<Self, Error> {
        if model.settings.algorithm == Algorithm::MarginalMessagePassing {
            return Err(Error::Refused {
                what: "a batch of message-passing agents",
                why: "each keeps a window of its own; step them as single agents with one workspace per thread",
            });
        }
        let chunks = rayon::current_num_threads().max(1) * CHUNKS_PER_THREAD;
        let kind = match Tables::new(&model) {
            Some(tables) => {
                let per_chunk = agents.div_ceil(chunks).next_multiple_of(LANES).max(LANES);
                let chunks = (0..agents)
                    .step_by(per_chunk)
                    .map(|first| {
                        LaneAgents::new(&model, &tables, first, per_chunk.min(agents - first))
                    })
                    .collect();
                Kind::Lanes {
                    tables,
                    chunks,
                    per_chunk,
                }
            }
            None => {
                let per_chunk = agents.div_ceil(chunks).max(1);
                Kind::Single {
                    agents: (0..agents)
                        .map(|i| Agent::with_seed(Arc::clone(&model), i as u64))
                        .collect(),
                    workspaces: (0..agents.div_ceil(per_chunk))
                        .map(|_| Workspace::for_model(&model))
                        .collect(),
                    per_chunk,
                }
            }
        };
        Ok(Self {
            model,
            len: agents,
            kind,
        })
    }

    /// Number of agents.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are no agents.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The shared model.
    #[must_use]
    pub fn model(&self) -> &Arc<Model<T>> {
        &self.model
    }

    /// Beliefs of one agent, factor behind factor; `None` beyond the agents.
    #[must_use]
    pub fn beliefs(&self, agent: usize) -> Option<Vec<T>> {
        match &self.kind {
            Kind::Lanes {
                chunks, per_chunk, ..
            } => (agent < self.len).then(|| chunks[agent / per_chunk].beliefs(agent % per_chunk)),
            Kind::Single { agents, .. } => agents.get(agent).map(|a| a.all_beliefs().to_vec()),
        }
    }

    /// One full step of every agent.
    ///
    /// `observations` holds one outcome index per modality, agent after agent; `actions` receives one action index per
    /// factor, agent after agent.
    ///
    /// # Errors
    /// [`Error::BatchLength`] for wrong lengths and [`Error::ObservationOutOfRange`]; no agent has moved then.
    pub fn step(&mut self, observations: &[usize], actions: &mut [usize]) -> Result<(), Error> {
        let layout = &*self.model.layout;
        let (modalities, factors) = (layout.modalities(), layout.factors());
        let lengths = [
            ("observations", self.len * modalities, observations.len()),
            ("actions", self.len * factors, actions.len()),
        ];
        for (what, expected, found) in lengths {
            if expected != found {
                return Err(Error::BatchLength {
                    agents: self.len,
                    what,
                    expected,
                    found,
                });
            }
        }
        for one in observations.chunks_exact(modalities) {
            for (modality, (&observation, &outcomes)) in one.iter().zip(&layout.num_obs).enumerate()
            {
                if observation >= outcomes {
                    return Err(Error::ObservationOutOfRange {
                        modality,
                        observation,
                        outcomes,
                    });
                }
            }
        }
        match &mut self.kind {
            Kind::Lanes {
                tables,
                chunks,
                per_chunk,
            } => {
                let model = &*self.model;
                chunks
                    .par_iter_mut()
                    .zip(observations.par_chunks(*per_chunk * modalities))
                    .zip(actions.par_chunks_mut(*per_chunk))
                    .for_each(|((chunk, observations), actions)| {
                        chunk.step(model, tables, observations, actions);
                    });
                Ok(())
            }
            Kind::Single {
                agents,
                workspaces,
                per_chunk,
            } => agents
                .par_chunks_mut(*per_chunk)
                .zip(workspaces)
                .zip(observations.par_chunks(*per_chunk * modalities))
                .zip(actions.par_chunks_mut(*per_chunk * factors))
                .try_for_each(|(((agents, workspace), observations), actions)| {
                    let each = agents.iter_mut().zip(observations.chunks_exact(modalities));
                    for ((agent, observation), out) in each.zip(actions.chunks_exact_mut(factors)) {
                        out.copy_from_slice(agent.step(workspace, observation)?);
                    }
                    Ok(())
                }),
        }
    }

    /// Whether this batch runs vectorised across agents.
    #[must_use]
    pub fn is_vectorised(&self) -> bool {
        matches!(self.kind, Kind::Lanes { .. })
    }
}
