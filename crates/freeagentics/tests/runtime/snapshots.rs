//! Private states out and back in, under the same ids.

use freeagentics::{
    Agent, AgentId, Context, Message, Runtime, RuntimeError, SavedAgent, StateError,
};

use crate::support::{LONG, number, numbered, runtime};

#[derive(Default)]
struct Sum(u64);

impl Agent for Sum {
    fn handle(&mut self, message: Message, context: &mut Context<'_>) {
        self.0 += number(&message);
        context.reply(numbered(self.0 + (u64::from(context.event_count()) << 32)));
    }

    fn kind(&self) -> &'static str {
        "sum"
    }

    fn save(&self, state: &mut Vec<u8>) {
        state.extend_from_slice(&self.0.to_le_bytes());
    }

    fn load(&mut self, state: &[u8]) -> Result<(), StateError> {
        let bytes = state
            .try_into()
            .map_err(|_| StateError::new("sum", "not eight bytes"))?;
        self.0 = u64::from_le_bytes(bytes);
        Ok(())
    }
}

fn revive(saved: &SavedAgent<'_>) -> Result<Box<dyn Agent>, StateError> {
    let mut agent = Sum::default();
    agent.load(saved.state)?;
    Ok(Box::new(agent))
}

fn filled() -> (Runtime, Vec<AgentId>) {
    let runtime = runtime(2);
    let mut ids: Vec<_> = runtime
        .spawn_many(200, |_| Sum::default())
        .expect("runs")
        .wait()
        .expect("spawned")
        .iter()
        .collect();
    ids.push(runtime.spawn(Sum::default()).expect("room"));
    for &id in &ids {
        runtime.send(id, numbered(id.number() + 1)).expect("alive");
    }
    (runtime, ids)
}

#[test]
fn agents_come_back_as_they_were() {
    let (old, ids) = filled();
    let snapshot = old.snapshot().wait().expect("runs");
    assert_eq!(snapshot.len(), ids.len());
    assert!(
        snapshot
            .iter()
            .all(|saved| saved.kind == "sum" && saved.events == 1)
    );
    old.shutdown(LONG).expect("ends");

    let new = runtime(3);
    assert_eq!(new.restore(snapshot.iter(), revive), Ok(ids.len()));
    for &id in &ids {
        let reply = new.request(id, numbered(0)).expect("alive").wait(LONG);
        assert_eq!(reply, Ok(numbered(id.number() + 1 + (2 << 32))));
    }
    let fresh = new.spawn(Sum::default()).expect("room");
    assert!(!ids.contains(&fresh), "{fresh} is taken");
    let again = new.restore(snapshot.iter(), revive);
    assert!(
        matches!(again, Err(RuntimeError::IdTaken { .. })),
        "{again:?}"
    );
}

#[test]
fn nothing_comes_back_from_a_bad_snapshot() {
    let runtime = runtime(2);
    let saved = |number, state| SavedAgent {
        id: AgentId::new(0, number),
        kind: "sum",
        model_key: 0,
        events: 0,
        state,
    };
    let good: &[u8] = &[0; 8];
    let bad = runtime.restore([saved(0, good), saved(1, &[1, 2, 3])], revive);
    assert!(
        matches!(bad, Err(RuntimeError::Restore { id, .. }) if id.number() == 1),
        "{bad:?}"
    );
    let twice = runtime.restore([saved(5, good), saved(5, good)], revive);
    assert_eq!(
        twice,
        Err(RuntimeError::IdTaken {
            id: AgentId::new(0, 5)
        })
    );
    let foreign = SavedAgent {
        id: AgentId::new(7, 0),
        ..saved(0, good)
    };
    let foreign = runtime.restore([foreign], revive);
    assert!(
        matches!(foreign, Err(RuntimeError::ForeignId { node: 0, .. })),
        "{foreign:?}"
    );
    runtime.settle(LONG).expect("quiet");
    assert_eq!(runtime.stats().agents, 0);
}
