//! The hub's task. Invariant: it alone changes subscriptions, and it never waits for a client.

use std::sync::Arc;

use tokio::sync::mpsc;

use super::super::metrics::Metrics;
use super::super::protocol::reply::{self, ErrorCode, Reply};
use super::fanout::Fanout;
use super::subscriptions::Subscriptions;
use super::{HubCommand, Interest, ReplyTo};

/// Commands taken from the queue at a time.
const BATCH: usize = 256;

/// Carries out commands until every [`super::Hub`] is gone.
pub(in crate::gateway) async fn dispatch(
    mut commands: mpsc::Receiver<HubCommand>,
    interest: Arc<Interest>,
    metrics: Arc<Metrics>,
    max_subscriptions: usize,
) {
    let mut subscriptions = Subscriptions::new(interest);
    let mut fanout = Fanout::default();
    let mut batch = Vec::with_capacity(BATCH);
    while commands.recv_many(&mut batch, BATCH).await > 0 {
        for command in batch.drain(..) {
            match command {
                HubCommand::Publish {
                    topic,
                    body,
                    acknowledge,
                } => {
                    metrics.published.add(1);
                    if !fanout.takes(&topic) {
                        send(&mut fanout, &subscriptions, &metrics).await;
                    }
                    fanout.pack(topic, &body, acknowledge, &subscriptions);
                }
                other => {
                    send(&mut fanout, &subscriptions, &metrics).await;
                    change(&mut subscriptions, other, max_subscriptions);
                }
            }
        }
        send(&mut fanout, &subscriptions, &metrics).await;
    }
}

async fn send(fanout: &mut Fanout, subscriptions: &Subscriptions, metrics: &Metrics) {
    let sent = fanout.send(subscriptions).await;
    metrics
        .deliveries
        .add(u64::from(sent.receivers) * u64::from(sent.events));
    for to in sent.acknowledge {
        answer(
            &to,
            &Reply::Published {
                receivers: sent.receivers,
            },
        );
    }
}

fn change(subscriptions: &mut Subscriptions, command: HubCommand, max_subscriptions: usize) {
    match command {
        HubCommand::Subscribe { topics, from } => {
            let refused = topics
                .iter()
                .find(|topic| {
                    !subscriptions.add(&from.peer, topic, from.encoding, max_subscriptions)
                })
                .cloned();
            let total = subscriptions.count(from.peer.id);
            match refused {
                None => answer(&from, &Reply::Subscribed(&topics, total)),
                Some(topic) => answer(
                    &from,
                    &Reply::Error(
                        ErrorCode::TooMany,
                        &format!(
                            "{topic:?} and later topics not subscribed: a client may have \
                             {max_subscriptions} subscriptions; unsubscribe from others first"
                        ),
                    ),
                ),
            }
        }
        HubCommand::Unsubscribe { topics, from } => {
            for topic in &topics {
                subscriptions.remove(from.peer.id, topic);
            }
            let total = subscriptions.count(from.peer.id);
            answer(&from, &Reply::Unsubscribed(&topics, total));
        }
        HubCommand::Gone { peer } => subscriptions.remove_peer(peer),
        HubCommand::Publish { .. } => {}
    }
}

fn answer(to: &ReplyTo, reply: &Reply<'_>) {
    to.peer.send_now(reply::encode(to.encoding, to.id, reply));
}
