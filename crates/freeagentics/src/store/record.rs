//! What is kept: ids, content hashes and bytes. Invariant: a [`ModelRecord`]'s id is the hash of its body.

use std::collections::HashSet;
use std::fmt;
use std::time::Duration;

use sha2::{Digest, Sha256};

use super::StoreError;

/// Which database stands behind a store: the parameter `backend` of a measurement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Backend {
    /// One file of this machine.
    Sqlite,
    /// A server that many machines can share.
    Postgres,
}

impl Backend {
    /// The name in records and messages: `sqlite` or `postgres`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
        }
    }
}

impl fmt::Display for Backend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The SHA-256 of a model's bytes: equal models have one id and are kept once.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ModelId([u8; 32]);

impl ModelId {
    /// The id of the model whose serialised form is `body`.
    pub fn of(body: &[u8]) -> Self {
        Self(Sha256::digest(body).into())
    }

    /// An id read back from a database.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes of the hash.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for ModelId {
    /// The first 12 hexadecimal digits, enough to tell models apart in a message.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0[..6]
            .iter()
            .try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for ModelId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ModelId({self})")
    }
}

/// A model in its serialised form, kept once however many agents use it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelRecord {
    id: ModelId,
    body: Vec<u8>,
}

impl ModelRecord {
    /// A record of `body`; its id is computed.
    pub fn new(body: Vec<u8>) -> Self {
        Self {
            id: ModelId::of(&body),
            body,
        }
    }

    /// The content hash.
    pub fn id(&self) -> ModelId {
        self.id
    }

    /// The content hash's bytes.
    #[cfg(feature = "postgres")]
    pub(super) fn id_bytes(&self) -> &[u8] {
        &self.id.0
    }

    /// The serialised model.
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// A model as a database returned it, refused when its bytes do not have the hash it was filed under.
    pub(super) fn checked(
        id: ModelId,
        body: Vec<u8>,
        place: impl FnOnce() -> String,
    ) -> Result<Self, StoreError> {
        let record = Self::new(body);
        if record.id == id {
            return Ok(record);
        }
        Err(StoreError::Damaged {
            place: place(),
            what: format!("model {id} has other bytes than its hash says"),
            source: None,
        })
    }
}

/// One agent at one step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgentRecord {
    /// The agent's id, unique in a population.
    pub id: u64,
    /// Which model it follows.
    pub model: ModelId,
    /// How many steps it has made.
    pub step: u64,
    /// Its belief (and what else it needs to go on), compressed by the caller, as the agents of this crate
    /// do in [`Agent::save`](crate::Agent::save).
    pub belief: Vec<u8>,
}

/// One message for the audit trail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageRecord {
    /// The agent that sent it; `None` when it came from outside the population.
    pub sender: Option<u64>,
    /// The agent it was for.
    pub receiver: u64,
    /// The receiver's step when it was handled.
    pub step: u64,
    /// The caller's tag for the kind of message.
    pub kind: u8,
    /// The message's bytes.
    pub payload: Vec<u8>,
}

/// A message with the sequence number the store gave it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredMessage {
    /// Rises from message to message; gaps are possible.
    pub sequence: u64,
    /// What was saved.
    pub message: MessageRecord,
}

/// What is written, or read, in one go.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Batch {
    /// Models that agents of this or a later batch use. Those the store has are kept as they are.
    pub models: Vec<ModelRecord>,
    /// Agents to take out, before `agents` go in. Unknown ids are ignored.
    pub removed: Vec<u64>,
    /// Agents to insert or replace, each id once. In ascending order of id is fastest.
    pub agents: Vec<AgentRecord>,
    /// Messages to append to the audit trail.
    pub messages: Vec<MessageRecord>,
}

impl Batch {
    /// A batch of agents only.
    pub fn of_agents(agents: Vec<AgentRecord>) -> Self {
        Self {
            agents,
            ..Self::default()
        }
    }

    /// A batch of models only.
    pub fn of_models(models: Vec<ModelRecord>) -> Self {
        Self {
            models,
            ..Self::default()
        }
    }

    /// Refuses a batch that names an agent twice. Free of allocation when ids ascend.
    pub(super) fn check(&self) -> Result<(), StoreError> {
        if self.agents.windows(2).all(|pair| pair[0].id < pair[1].id) {
            return Ok(());
        }
        let mut seen = HashSet::with_capacity(self.agents.len());
        match self.agents.iter().find(|agent| !seen.insert(agent.id)) {
            Some(agent) => Err(StoreError::DuplicateAgent { agent: agent.id }),
            None => Ok(()),
        }
    }

    /// How much of each this batch would write.
    pub(super) fn counts(&self) -> Written {
        Written {
            models: self.models.len(),
            agents: self.agents.len(),
            messages: self.messages.len(),
        }
    }
}

/// How much was committed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// Models offered, those already known included.
    pub models: usize,
    /// Agents inserted or replaced.
    pub agents: usize,
    /// Messages appended.
    pub messages: usize,
}

impl std::ops::AddAssign for Written {
    fn add_assign(&mut self, other: Self) {
        self.models += other.models;
        self.agents += other.agents;
        self.messages += other.messages;
    }
}

/// A sign of life.
#[derive(Clone, Debug)]
pub struct Health {
    /// Which kind of database answered.
    pub backend: Backend,
    /// Its version, as it states it.
    pub version: String,
    /// The version of the tables.
    pub schema_version: u32,
    /// From asking to the answer, waiting for a connection included.
    pub round_trip: Duration,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn agent(id: u64) -> AgentRecord {
        AgentRecord {
            id,
            model: ModelId::of(b"model"),
            step: 0,
            belief: vec![],
        }
    }

    #[test]
    fn a_batch_may_name_each_agent_once_in_any_order() {
        assert!(
            Batch::of_agents(vec![agent(3), agent(1), agent(2)])
                .check()
                .is_ok()
        );
        let twice = Batch::of_agents(vec![agent(3), agent(1), agent(3)]).check();
        assert!(matches!(
            twice,
            Err(StoreError::DuplicateAgent { agent: 3 })
        ));
    }

    #[test]
    fn a_model_with_other_bytes_than_its_hash_is_refused() {
        let id = ModelId::of(b"original");
        let place = || "here".to_owned();
        assert!(ModelRecord::checked(id, b"original".to_vec(), place).is_ok());
        let error = ModelRecord::checked(id, b"changed".to_vec(), place).unwrap_err();
        assert!(error.to_string().contains(&id.to_string()), "{error}");
    }
}
