//! All misdeeds of the torture campaign once, at the same time, beside honest and idle clients.

mod gateway_support;
#[path = "../examples/torture/honest.rs"]
mod honest;
#[path = "../examples/torture/misdeeds.rs"]
mod misdeeds;

use std::time::Duration;

use freeagentics::gateway::client::Client;
use freeagentics::gateway::{Auth, GatewayConfig, Limits, Token, raise_descriptor_limit};
use gateway_support::{PATIENCE, Server, json, raw, until};
use honest::{Honest, p99};
use misdeeds::MISDEEDS;
use tokio::task::JoinSet;
use tokio::time::timeout;

const SECRET: &str = "correct-horse-battery";
const IDLE: usize = 500;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_misdeed_ends_as_it_deserves_and_neither_honest_nor_idle_clients_suffer() {
    let _ = raise_descriptor_limit();
    let server = Server::start(GatewayConfig {
        auth: Auth::Token(Token::new(SECRET).expect("valid")),
        limits: Limits {
            upgrade_timeout: Duration::from_millis(400),
            ..Limits::default()
        },
        shutdown_grace: Duration::from_millis(200),
        ..GatewayConfig::default()
    });
    let mut idle = Vec::with_capacity(IDLE);
    for _ in 0..IDLE {
        let mut client = Client::connect(server.address, Some(SECRET))
            .await
            .expect("connect");
        client.next_text().await.expect("welcome");
        idle.push(client);
    }
    let honest = Honest::begin(server.address, SECRET, 2);
    let mut deeds = JoinSet::new();
    for misdeed in MISDEEDS {
        let address = server.address;
        deeds.spawn(async move { misdeed.commit(address, SECRET).await });
    }
    while let Some(done) = deeds.join_next().await {
        done.expect("it ends as it deserves");
    }
    let mut during = honest.take();
    assert!(
        p99(&mut during) < Some(PATIENCE),
        "{} answers",
        during.len()
    );
    until("honest clients are answered afterwards", || {
        !honest.take().is_empty()
    })
    .await;
    honest.end().await.expect("honest clients are served");
    let metrics = server.metrics.clone();
    until("all others are gone", || {
        metrics.connections() == IDLE as u64
    })
    .await;
    for client in &mut idle {
        let question = r#"{"type":"echo","id":1,"payload":"still here"}"#;
        client.send_text(question).await.expect("send");
        let reply = timeout(PATIENCE, client.next_text()).await.expect("time");
        assert_eq!(json(&reply.expect("open"))["payload"], "still here");
    }
    drop(idle);
    server.stop().await;
}
