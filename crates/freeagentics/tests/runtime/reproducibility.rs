//! One seed, one set of trajectories, whatever the number of shards.

use freeagentics::{
    Agent, AgentId, Context, Event, Filter, Message, Moment, Runtime, write_json_lines,
};

use crate::support::{LONG, number, numbered};

/// Walks at random, tells random others where it is, and is drawn towards what it hears.
struct Walker {
    place: u64,
    heard: u64,
    others: u64,
}

impl Agent for Walker {
    fn handle(&mut self, message: Message, context: &mut Context<'_>) {
        // Order matters here: another order of the same messages gives another state.
        self.heard = self.heard.wrapping_mul(31).wrapping_add(number(&message));
        if self.heard.is_multiple_of(5) {
            let to = AgentId::new(0, self.heard % self.others);
            context.send(to, numbered(self.place)).expect("room");
        }
        if self.heard % 1009 < 3 {
            context
                .broadcast("news", &numbered(self.heard % 100))
                .expect("small");
        }
    }

    fn step(&mut self, context: &mut Context<'_>) {
        if context.event_count() == 1 && context.id().number().is_multiple_of(3) {
            context.subscribe("news");
        }
        let draw = rand::RngExt::random::<u64>(&mut context.random());
        self.place = self.place.wrapping_add(draw).wrapping_add(self.heard) % 1000;
        for k in 0..3 {
            let to = AgentId::new(0, (draw >> (8 * k)) % self.others);
            context.send(to, numbered(self.place + k)).expect("room");
        }
        let (place, heard) = (self.place, self.heard);
        context.acted(|| Moment {
            observation: vec![(heard % 100) as u32],
            belief: vec![vec![1.0]],
            action: vec![(draw % 5) as u32],
            free_energy_nats: 0.0,
            place: Some(place as u32),
        });
    }
}

fn trajectories(shards: usize, seed: u64) -> Vec<Event> {
    let others = 300;
    let runtime = Runtime::builder()
        .shards(shards)
        .seed(seed)
        .lockstep(true)
        .start()
        .expect("a runtime starts");
    runtime.record(Filter::All).wait().expect("runs");
    let walkers = runtime
        .spawn_many(others, move |id| Walker {
            place: id.number(),
            heard: 1,
            others: others as u64,
        })
        .expect("runs")
        .wait()
        .expect("spawned");
    for tick in 0..20 {
        runtime.step_all().wait().expect("steps");
        let told = walkers.get(tick * 7).expect("in range");
        runtime.send(told, numbered(tick as u64)).expect("room");
        runtime.settle(LONG).expect("quiet");
    }
    runtime.take_trajectories().wait().expect("runs")
}

#[test]
fn trajectories_do_not_depend_on_the_number_of_shards() {
    let one = trajectories(1, 42);
    assert_eq!(one.len(), 300 * 20);
    for shards in [2, 3, 8] {
        assert!(
            trajectories(shards, 42) == one,
            "{shards} shards took another way"
        );
    }
    assert!(trajectories(2, 43) != one, "the seed matters");
}

#[test]
fn trajectories_are_exported_as_json_lines() {
    let events = trajectories(2, 1);
    let mut text = Vec::new();
    write_json_lines(&events, &mut text).expect("memory takes it");
    let lines: Vec<serde_json::Value> = String::from_utf8(text)
        .expect("JSON is UTF-8")
        .lines()
        .map(|line| serde_json::from_str(line).expect("each line is JSON"))
        .collect();
    assert_eq!(lines.len(), events.len());
    assert_eq!(lines[0]["agent"], "0.0");
    assert_eq!(lines[0]["event"], "acted");
    assert_eq!(lines[0]["tick"], 1);
    assert!(
        lines[0]["observation"].is_array()
            && lines[0]["belief"].is_array()
            && lines[0]["action"].is_array()
    );
}
