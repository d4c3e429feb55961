//! A handler that never returns costs its agent only: another thread goes on with its shard.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use freeagentics::{
    Agent, AgentId, AgentRange, Context, EventKind, Filter, Message, Placement, RequestError,
    Restart, Runtime, RuntimeError, SendError, SpawnOptions, Stats, Undelivered,
};

use crate::support::{Gate, LONG, eventually, number, numbered};

/// Tells a resident to run away.
const RUN: u64 = u64::MAX;
const RESIDENTS: usize = 10;

/// What all residents of a test share.
#[derive(Clone, Default)]
struct House {
    gate: Gate,
    /// What those who ran away were told when they sent something after all.
    told: Arc<AtomicU64>,
    wrong: Arc<AtomicU64>,
    returned: Arc<AtomicU64>,
    step_runs: Arc<AtomicBool>,
}

/// Expects 1, 2, 3 and so on; answers with how many came; passes what it is sent by `relay` on to the first resident.
struct Resident {
    house: House,
    handled: u64,
}

impl Resident {
    fn run(&self, context: &mut Context<'_>) {
        self.house.gate.pass();
        let to = AgentId::new(0, 1);
        if let Err(SendError::GivenUp { from }) = context.send(to, numbered(RUN)) {
            assert_eq!(from, context.id());
            self.house.told.fetch_add(1, Ordering::AcqRel);
        }
        assert!(context.broadcast_to_all(&numbered(RUN)).is_err());
        context.subscribe("nowhere");
        context.note(|| "nobody hears this".into());
        context.reply(numbered(0));
    }
}

impl Agent for Resident {
    fn handle(&mut self, message: Message, context: &mut Context<'_>) {
        if number(&message) == RUN {
            return self.run(context);
        }
        if context.is_request() {
            return context.reply(numbered(self.handled));
        }
        self.handled += 1;
        if number(&message) != self.handled {
            self.house.wrong.fetch_add(1, Ordering::AcqRel);
        }
    }

    fn step(&mut self, context: &mut Context<'_>) {
        if context.id().number() == 0 && self.house.step_runs.load(Ordering::Acquire) {
            self.run(context);
        }
    }

    fn undelivered(&mut self, _: Undelivered, _: &mut Context<'_>) {
        self.house.returned.fetch_add(1, Ordering::AcqRel);
    }
}

fn start(shards: usize, house: &House) -> (Runtime, AgentRange) {
    let runtime = Runtime::builder()
        .shards(shards)
        .stuck_after(Duration::from_millis(20))
        .give_up_after(Duration::from_millis(60))
        .start()
        .expect("a runtime starts");
    let house = house.clone();
    let options = SpawnOptions {
        placement: Placement::Together,
        restart: Restart::AtMost(3),
    };
    let residents = runtime
        .spawn_with(RESIDENTS, options, move |_| Resident {
            house: house.clone(),
            handled: 0,
        })
        .expect("a runtime that runs")
        .wait()
        .expect("agents spawn");
    (runtime, residents)
}

fn balanced(stats: Stats) {
    assert_eq!(
        stats.sent,
        stats.handled + stats.forwarded + stats.rejected + stats.dead_lettered,
        "{stats:?}"
    );
}

fn id(residents: AgentRange, index: usize) -> AgentId {
    residents.get(index).expect("in range")
}

#[cfg(target_os = "linux")]
#[test]
fn neighbours_of_a_handler_that_never_returns_keep_their_state_and_go_on() {
    let house = House::default();
    let (runtime, residents) = start(1, &house);
    let mut watcher = runtime.watch(Filter::All, 1000);
    let runaway = id(residents, 3);
    let neighbours = || residents.iter().filter(move |&id| id != runaway);
    for id in neighbours() {
        runtime.send(id, numbered(1)).expect("room");
    }
    runtime.settle(LONG).expect("quiet");

    let asked = runtime.request(runaway, numbered(RUN)).expect("room");
    house.gate.wait_until_reached();
    // These wait behind the handler that does not return.
    for value in 2..50 {
        for id in neighbours() {
            runtime.send(id, numbered(value)).expect("room");
        }
        runtime.send(runaway, numbered(value)).expect("room");
    }
    let why = asked.wait(LONG);
    assert!(
        matches!(&why, Err(RequestError::Send(SendError::Stuck { to, culprit, .. }))
            if *to == runaway && *culprit == runaway),
        "{why:?}"
    );
    runtime.settle(LONG).expect("the neighbours are served");
    assert_eq!(house.wrong.load(Ordering::Acquire), 0, "in order");
    for id in neighbours() {
        let count = runtime.request(id, numbered(0)).expect("room").wait(LONG);
        assert_eq!(count, Ok(numbered(49)));
    }
    assert_eq!(
        runtime.send(runaway, numbered(1)),
        Err(SendError::Gone { to: runaway })
    );
    let report = runtime.step_all().wait().expect("runs");
    assert_eq!(report.agents, RESIDENTS - 1);
    assert_eq!(
        runtime.snapshot().wait().expect("runs").len(),
        RESIDENTS - 1
    );
    runtime.settle(LONG).expect("quiet");
    let stats = runtime.stats();
    // The message at hand, and the 48 behind it.
    assert_eq!(stats.dead_lettered, 49, "{stats:?}");
    assert_eq!(stats.agents, RESIDENTS as u64 - 1);
    balanced(stats);
    let seen: Vec<EventKind> = std::iter::from_fn(|| watcher.try_next())
        .filter(|event| event.agent == runaway)
        .map(|event| event.kind)
        .collect();
    assert!(
        seen.iter()
            .any(|kind| matches!(kind, EventKind::Stuck { .. })),
        "{seen:?}"
    );
    assert!(
        seen.iter()
            .any(|kind| matches!(kind, EventKind::Stopped { .. })),
        "{seen:?}"
    );

    house.gate.open();
    eventually("it returns and learns", || {
        house.told.load(Ordering::Acquire) == 1
    });
    let count = runtime
        .request(id(residents, 4), numbered(0))
        .expect("room")
        .wait(LONG);
    assert_eq!(count, Ok(numbered(49)));
    let report = runtime.shutdown(LONG).expect("the first shutdown");
    assert!(report.drained);
    balanced(report.stats);
}

#[cfg(target_os = "linux")]
#[test]
fn a_step_that_never_returns_costs_its_agent_and_the_step_ends() {
    let house = House::default();
    house.step_runs.store(true, Ordering::Release);
    let (runtime, residents) = start(2, &house);
    let stepping = runtime.step_all();
    house.gate.wait_until_reached();
    runtime.send(id(residents, 1), numbered(1)).expect("room");
    let report = stepping.wait_timeout(LONG).expect("the others step");
    assert_eq!(report.agents, RESIDENTS, "it had begun its step");
    let next = runtime.step_all().wait_timeout(LONG).expect("runs");
    assert_eq!(next.agents, RESIDENTS - 1);
    let count = runtime
        .request(id(residents, 1), numbered(0))
        .expect("room")
        .wait(LONG);
    assert_eq!(count, Ok(numbered(1)));
    // Its thread still runs: the report says so.
    let report = runtime.shutdown(LONG).expect("the first shutdown");
    assert_eq!(report.stuck_shards, 1);
    balanced(report.stats);
    house.gate.open();
}

/// Sends for ever, until it is told that it was given up.
struct Chatterbox {
    others: AgentRange,
    told: Arc<AtomicBool>,
}

impl Agent for Chatterbox {
    fn handle(&mut self, _: Message, context: &mut Context<'_>) {
        for index in (0..self.others.len()).cycle() {
            let to = self.others.get(index).unwrap_or(context.id());
            if let Err(SendError::GivenUp { .. }) = context.send(to, numbered(RUN - 1)) {
                self.told.store(true, Ordering::Release);
                return;
            }
        }
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_handler_that_sends_for_ever_is_given_up_and_every_message_accounted_for() {
    let house = House::default();
    let (runtime, residents) = start(2, &house);
    let told = Arc::new(AtomicBool::new(false));
    let chatterbox = runtime
        .spawn_near(
            id(residents, 0),
            Chatterbox {
                others: residents,
                told: told.clone(),
            },
        )
        .expect("room");
    runtime.send(chatterbox, numbered(0)).expect("room");
    eventually("it learns that it was given up", || {
        told.load(Ordering::Acquire)
    });
    runtime.settle(LONG).expect("the others are served");
    let stats = runtime.stats();
    balanced(stats);
    assert!(stats.handled > 1000, "what it sent before: {stats:?}");
    assert!(!runtime.is_alive(chatterbox));
    let report = runtime.shutdown(LONG).expect("the first shutdown");
    assert!(report.drained);
    balanced(report.stats);
}

#[test]
fn agents_are_not_given_up_before_they_are_reported() {
    let refused = Runtime::builder()
        .stuck_after(Duration::from_secs(2))
        .give_up_after(Duration::from_secs(1))
        .start()
        .err();
    assert!(
        matches!(
            refused,
            Some(RuntimeError::Setting {
                setting: "give_up_after",
                ..
            })
        ),
        "{refused:?}"
    );
}
