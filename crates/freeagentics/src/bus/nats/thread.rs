//! The bus's thread: connects, claims, then runs one task per direction and lane.
//!
//! Invariant: joining ends in time, with the bus ready or with the reason why not.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread::JoinHandle;

use async_nats::{Client, Event, jetstream};
use tokio::sync::watch;

use crate::bus::BusError;
use crate::completion::{Completer, pair};

use super::settings::{Delivery, PING};
use super::{Core, Counts, claim, kept, live, until_over};

/// Questions are swept this often.
const SWEEP: std::time::Duration = std::time::Duration::from_millis(250);

pub(super) fn start(core: &Arc<Core>) -> Result<JoinHandle<()>, BusError> {
    let failed = |reason: String| BusError::Start { reason };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| failed(error.to_string()))?;
    let (completer, ready) = pair();
    let mine = core.clone();
    let thread = std::thread::Builder::new()
        .name("bus".to_owned())
        .spawn(move || runtime.block_on(main(mine, completer)))
        .map_err(|error| failed(error.to_string()))?;
    match ready.wait_until(None) {
        Ok(Some(Ok(()))) => Ok(thread),
        Ok(Some(Err(error))) => Err(error),
        _ => Err(failed("its thread ended early".to_owned())),
    }
}

async fn main(core: Arc<Core>, ready: Completer<Result<(), BusError>>) {
    let (reconnects, reconnected) = watch::channel(0);
    let limit = core.options.connect_timeout;
    let joined = tokio::time::timeout(limit, join(&core, reconnects)).await;
    let late = || unreachable(&core, "no answer".to_owned());
    let client = match joined.unwrap_or_else(|_| Err(late())) {
        Ok(joined) => joined,
        Err(error) => {
            tracing::error!(%error, "could not join the bus");
            ready.complete(Err(error));
            return;
        }
    };
    tracing::info!(
        node = core.node,
        bus = core.options.bus,
        url = core.options.shown_url(),
        "joined"
    );
    ready.complete(Ok(()));
    serve(&core, client, reconnected).await;
    core.questions.sweep(true);
    core.progressed();
    let read = |counter: &std::sync::atomic::AtomicU64| counter.load(Ordering::Acquire);
    let counts = &core.counts;
    let safe = read(&counts.acknowledged) + read(&counts.returned);
    let lost = read(&counts.accepted).saturating_sub(safe);
    if lost > 0 {
        tracing::error!(
            messages = lost,
            "left the bus before they were acknowledged; flush before leaving"
        );
    }
}

enum Joined {
    Live(Client),
    Kept(Client, Box<jetstream::Context>),
}

fn unreachable(core: &Core, reason: String) -> BusError {
    BusError::Unreachable {
        url: core.options.shown_url(),
        waited: core.options.connect_timeout,
        reason,
    }
}

async fn join(core: &Arc<Core>, reconnects: watch::Sender<u64>) -> Result<Joined, BusError> {
    let counted = core.clone();
    let (servers, options) = core.options.servers()?;
    let client = options
        .name(format!("freeagentics-{}", core.node))
        .connection_timeout(core.options.connect_timeout)
        .ping_interval(PING)
        .reconnect_delay_callback(|attempt| {
            std::time::Duration::from_millis(50 * attempt.min(10) as u64)
        })
        .event_callback(move |event| {
            match event {
                Event::Connected => {
                    // The first connection is none that came back.
                    let again = u64::from(*reconnects.borrow() > 0);
                    Counts::add(&counted.counts.reconnects, again);
                    reconnects.send_modify(|count| *count += 1);
                }
                Event::Disconnected => {
                    tracing::warn!("the connection to the bus is lost; reconnecting");
                }
                other => tracing::warn!(event = %other, "bus"),
            }
            async {}
        })
        .connect(servers)
        .await
        .map_err(|error| unreachable(core, error.to_string()))?;
    claim::claim(core, &client).await?;
    let failed = |error: async_nats::SubscribeError| BusError::Start {
        reason: error.to_string(),
    };
    match core.options.delivery {
        Delivery::WhileBothLive => {
            let frames = client
                .subscribe(core.options.subject("to", core.node))
                .await
                .map_err(failed)?;
            let receipts = client
                .subscribe(core.options.subject("ack", core.node))
                .await
                .map_err(failed)?;
            tokio::spawn(live::receive(core.clone(), client.clone(), frames));
            tokio::spawn(live::receipts(core.clone(), receipts));
            client
                .flush()
                .await
                .map_err(|error| unreachable(core, error.to_string()))?;
            Ok(Joined::Live(client))
        }
        Delivery::Kept => {
            let context = jetstream::new(client.clone());
            let messages = kept::open(core, &context).await?;
            tokio::spawn(kept::receive(core.clone(), context.clone(), messages));
            Ok(Joined::Kept(client, Box::new(context)))
        }
    }
}

async fn serve(core: &Arc<Core>, joined: Joined, reconnected: watch::Receiver<u64>) {
    let Some(mut openings) = core.lanes.openings() else {
        return;
    };
    let mut over = core.over.subscribe();
    let mut sweep = tokio::time::interval(SWEEP);
    loop {
        tokio::select! {
            () = until_over(&mut over) => break,
            _ = sweep.tick() => core.questions.sweep(false),
            lane = openings.recv() => {
                let Some(lane) = lane else { break };
                match &joined {
                    Joined::Live(client) => {
                        tokio::spawn(live::send(core.clone(), client.clone(), lane, reconnected.clone()));
                    }
                    Joined::Kept(_, context) => {
                        tokio::spawn(kept::send(core.clone(), (**context).clone(), lane));
                    }
                }
            }
        }
    }
    let (Joined::Live(client) | Joined::Kept(client, _)) = joined;
    // What was handed to the client still goes out; a server that is away must not hold up the end.
    let _ = tokio::time::timeout(SWEEP, client.flush()).await;
}
