//! From agents to their watchers: what watched agents do becomes events of their topics.
//! Invariant: only agents somebody watches are looked at.

use parking_lot::Mutex;

use super::super::host::StepReport;
use super::super::hub::Hub;
use super::super::protocol::Event;
use crate::{AgentId, EventKind, Filter, Moment, Runtime, Watcher};

/// Events that may wait between two drains; more are missed and counted by the watcher.
const CAPACITY: usize = 4096;

pub(super) struct Bridge {
    hub: Hub,
    node: u16,
    state: Mutex<State>,
}

struct State {
    watcher: Watcher,
    watched: Vec<u64>,
}

impl Bridge {
    pub(super) fn new(runtime: &Runtime, hub: Hub) -> Self {
        let watcher = runtime.watch(Filter::None, CAPACITY);
        let state = Mutex::new(State {
            watcher,
            watched: Vec::new(),
        });
        Self {
            hub,
            node: runtime.node(),
            state,
        }
    }

    /// Looks at exactly the agents whose topics have listeners now.
    pub(super) fn sync(&self) {
        let watched = self.hub.watched_agents();
        let mut state = self.state.lock();
        if watched == state.watched {
            return;
        }
        let ids = watched
            .iter()
            .map(|number| AgentId::new(self.node, *number))
            .collect();
        state.watcher.set_filter(Filter::Agents(ids));
        state.watched = watched;
    }

    /// Publishes what watched agents have done since the last call.
    pub(super) fn drain(&self) {
        let mut state = self.state.lock();
        while let Some(event) = state.watcher.try_next() {
            let EventKind::Acted(moment) = &event.kind else {
                continue;
            };
            let number = event.agent.number();
            let report = report(number, event.tick, moment);
            self.hub
                .publish(&format!("agent/{number}"), &Event::Step(&report));
        }
    }
}

/// A moment of an agent's life in the gateway's words.
pub(super) fn report(agent: u64, tick: u64, moment: &Moment) -> StepReport {
    StepReport {
        agent,
        tick,
        observation: moment.observation.clone(),
        action: moment.action.clone(),
        free_energy: moment.free_energy_nats,
        belief: moment.belief.concat(),
        position: moment.place,
    }
}
