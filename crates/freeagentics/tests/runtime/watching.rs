//! Watchers see what they asked for, never slow an agent, and know what they missed.

use std::collections::HashSet;

use freeagentics::{Agent, Context, EventKind, Filter, Message};

use crate::support::{LONG, runtime};

struct Noisy;

impl Agent for Noisy {
    fn handle(&mut self, _: Message, _: &mut Context<'_>) {}

    fn step(&mut self, context: &mut Context<'_>) {
        let tick = context.tick();
        context.note(|| format!("tick {tick}"));
    }
}

#[test]
fn filters_choose_and_slow_watchers_miss() {
    let runtime = runtime(2);
    let agents = runtime
        .spawn_many(100, |_| Noisy)
        .expect("runs")
        .wait()
        .expect("spawned");
    let one = agents.get(70).expect("in range");
    let mut of_one = runtime.watch(Filter::Agents(HashSet::from([one])), 100);
    let mut of_topic = runtime.watch(Filter::Topics(HashSet::from(["loud".into()])), 100);
    let mut slow = runtime.watch(Filter::All, 10);
    for index in [1, 2, 3] {
        runtime
            .subscribe(agents.get(index).expect("in range"), "loud")
            .expect("alive");
    }
    for _ in 0..5 {
        runtime.step_all().wait().expect("steps");
    }
    runtime.settle(LONG).expect("quiet");
    let mut texts = Vec::new();
    while let Some(event) = of_one.try_next() {
        assert_eq!(event.agent, one);
        if let EventKind::Note(text) = event.kind {
            texts.push(text);
        }
    }
    assert_eq!(texts, ["tick 1", "tick 2", "tick 3", "tick 4", "tick 5"]);
    let mut by_topic = 0;
    while let Some(event) = of_topic.try_next() {
        assert!((1..=3).contains(&event.agent.number()));
        by_topic += 1;
    }
    assert_eq!(by_topic, 15);
    let mut got = 0;
    while slow.try_next().is_some() {
        got += 1;
    }
    assert_eq!(got, 10);
    assert_eq!(slow.missed(), 490);
    assert_eq!(of_one.missed(), 0);
}
