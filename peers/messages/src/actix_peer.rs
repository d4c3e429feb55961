//! actix: `do_send`, actors on as many arbiters as the runtime has shards.

use std::sync::Arc;
use std::time::{Duration, Instant};

use actix::{Actor, Addr, Arbiter, Context, Handler, Message, System};

use crate::work::{AGENTS, Bytes64, Finish, MESSAGE, PER_PRODUCER, PRODUCERS, Tally};

struct Counter(Tally);

struct Bytes(Bytes64);

impl Message for Bytes {
    type Result = ();
}

impl Actor for Counter {
    type Context = Context<Self>;
}

impl Handler<Bytes> for Counter {
    type Result = ();

    fn handle(&mut self, message: Bytes, _: &mut Context<Self>) {
        self.0.take(&message.0);
    }
}

pub(crate) fn round() -> anyhow::Result<Duration> {
    let system = System::new();
    system.block_on(async {
        let finish = Arc::new(Finish::default());
        let arbiters: Vec<Arbiter> = (0..PRODUCERS).map(|_| Arbiter::new()).collect();
        let agents: Vec<Addr<Counter>> = (0..AGENTS)
            .map(|index| {
                let tally = Tally::new(&finish);
                let arbiter = arbiters[index % PRODUCERS].handle();
                Counter::start_in_arbiter(&arbiter, move |_| Counter(tally))
            })
            .collect();
        let started = Instant::now();
        std::thread::scope(|scope| {
            for _ in 0..PRODUCERS {
                scope.spawn(|| {
                    for _ in 0..PER_PRODUCER {
                        for agent in &agents {
                            agent.do_send(Bytes(MESSAGE));
                        }
                    }
                });
            }
        });
        finish.wait();
        let elapsed = started.elapsed();
        for arbiter in arbiters {
            arbiter.stop();
        }
        Ok(elapsed)
    })
}
