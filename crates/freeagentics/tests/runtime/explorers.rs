//! The active-inference agents do what active inference promises, through the runtime.

use std::sync::Arc;

use active_inference::models;
use freeagentics::{
    Agent, Command, Event, EventKind, Explorer, Filter, GridWorld, InferenceAgent, Message,
    RequestError, Runtime, SharedBelief, SharedModel,
};

use crate::support::{LONG, runtime};

fn walked(shards: usize) -> Vec<Event> {
    let world = GridWorld::informative(6, 6).expect("a grid");
    let runtime = Runtime::builder()
        .shards(shards)
        .seed(11)
        .lockstep(true)
        .start()
        .expect("a runtime starts");
    runtime.record(Filter::All).wait().expect("runs");
    runtime
        .spawn_many(100, move |id| Explorer::new(&world, id.number()))
        .expect("runs")
        .wait()
        .expect("spawned");
    for _ in 0..30 {
        runtime.step_all().wait().expect("steps");
    }
    runtime.take_trajectories().wait().expect("runs")
}

#[test]
fn explorers_find_out_where_they_are_and_walk_the_same_way_on_any_machine() {
    let events = walked(2);
    assert_eq!(events.len(), 100 * 30);
    let moment = |event: &Event| match &event.kind {
        EventKind::Acted(moment) => moment.clone(),
        other => panic!("{other:?}"),
    };
    // Events are ordered by agent, then time: each belief is about the cell that the event before left it in.
    let certainty: f32 = events
        .windows(2)
        .filter(|pair| pair[1].tick == 30)
        .map(|pair| {
            let cell = moment(&pair[0]).place.expect("explorers have a place");
            moment(&pair[1]).belief[0][cell as usize]
        })
        .sum::<f32>()
        / 100.0;
    assert!(
        certainty > 3.0 / 36.0,
        "mean probability of the true cell is {certainty}"
    );
    assert!(walked(1) == events && walked(3) == events);
}

#[test]
fn an_observation_is_answered_with_belief_and_action() {
    let model = SharedModel::new(models::informative_explorer::<f32>(4, 4, 1).expect("a grid"));
    let runtime = runtime(2);
    let id = runtime.spawn(InferenceAgent::new(&model, 1)).expect("room");
    let ask = |message| runtime.request(id, message).expect("alive").wait(LONG);
    let Ok(Message::Acted(moment)) = ask(Message::observation(&[3])) else {
        panic!("no answer");
    };
    let mut alone = active_inference::SoloAgent::with_seed(model.model().clone(), 1);
    let action = alone.step(&[3]).expect("fits").to_vec();
    assert_eq!(
        moment.action,
        action.iter().map(|a| *a as u32).collect::<Vec<_>>()
    );
    assert_eq!(moment.belief[0], alone.beliefs(0));
    assert_eq!(
        ask(Message::Command(Command::Report)),
        Ok(Message::Acted(moment))
    );
    assert_eq!(
        ask(Message::observation(&[9])),
        Err(RequestError::NoReply { to: id })
    );
    assert_eq!(
        ask(Message::observation(&[0, 0])),
        Err(RequestError::NoReply { to: id })
    );
}

#[test]
fn a_trusted_belief_moves_the_own_one_a_bad_one_does_not() {
    let model = SharedModel::new(models::informative_explorer::<f32>(2, 2, 1).expect("a grid"));
    let runtime = runtime(1);
    let id = runtime
        .spawn(InferenceAgent::new(&model, 1).trusting(1.0))
        .expect("room");
    let belief = || match runtime
        .request(id, Message::Command(Command::Report))
        .expect("alive")
        .wait(LONG)
    {
        Ok(Message::Acted(moment)) => moment.belief[0].clone(),
        other => panic!("{other:?}"),
    };
    let tell = |probabilities: Vec<Vec<f32>>| {
        let belief = Arc::new(SharedBelief {
            probabilities,
            free_energy_nats: 0.0,
        });
        runtime.send(id, Message::Belief(belief)).expect("alive");
    };
    let told = vec![0.1, 0.2, 0.3, 0.4];
    tell(vec![told.clone()]);
    for (own, told) in belief().iter().zip(&told) {
        assert!((own - told).abs() < 1e-5);
    }
    let before = belief();
    tell(vec![vec![1.0]]);
    tell(vec![vec![f32::NAN, 0.0, 0.0, 1.0]]);
    tell(vec![vec![0.0; 4]]);
    assert_eq!(belief(), before);
}

#[test]
fn explorers_survive_a_snapshot() {
    let world = GridWorld::informative(5, 5).expect("a grid");
    let old = Runtime::builder()
        .shards(2)
        .seed(3)
        .start()
        .expect("starts");
    let made = world.clone();
    let ids = old
        .spawn_many(50, move |id| Explorer::new(&made, id.number()))
        .expect("runs")
        .wait()
        .expect("spawned");
    for _ in 0..5 {
        old.step_all().wait().expect("steps");
    }
    let snapshot = old.snapshot().wait().expect("runs");
    let new = Runtime::builder()
        .shards(1)
        .seed(3)
        .start()
        .expect("starts");
    new.restore(snapshot.iter(), |saved| {
        assert_eq!(
            (saved.kind, saved.model_key),
            ("explorer", world.model().key())
        );
        let mut explorer = Explorer::new(&world, 0);
        explorer.load(saved.state)?;
        Ok(Box::new(explorer))
    })
    .expect("restores");
    for runtime in [&old, &new] {
        runtime.step_all().wait().expect("steps");
    }
    for id in ids.iter() {
        let [one, other] = [&old, &new].map(|runtime| {
            runtime
                .request(id, Message::Command(Command::Report))
                .expect("alive")
                .wait(LONG)
        });
        assert_eq!(one, other);
    }
}
