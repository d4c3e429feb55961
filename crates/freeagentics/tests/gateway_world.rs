//! Watching and steering real agents through the gateway, in both encodings.

mod gateway_support;

use std::sync::Arc;
use std::time::Duration;

use freeagentics::gateway::GatewayConfig;
use freeagentics::gateway::client::Client;
use freeagentics::gateway::world::{World, WorldSettings};
use gateway_support::{PATIENCE, Server, json};
use serde_json::Value;
use tokio::time::timeout;

fn served(agents: u32) -> (Server, Arc<World>) {
    let period = Duration::from_millis(20);
    let settings = WorldSettings {
        agents,
        period,
        guests: 5,
        ..WorldSettings::default()
    };
    let world = Arc::new(World::new(settings).expect("world"));
    let config = GatewayConfig {
        shutdown_grace: Duration::from_millis(200),
        ..GatewayConfig::for_measuring()
    };
    (Server::with_world(config, &world), world)
}

async fn ask(client: &mut Client, command: &str) -> Value {
    client.send_text(command).await.expect("send");
    next(client, |message| message["id"] == 1).await
}

async fn next(client: &mut Client, wanted: impl Fn(&Value) -> bool) -> Value {
    let searching = async {
        loop {
            let message = json(&client.next_text().await.expect("message"));
            if wanted(&message) {
                return message;
            }
        }
    };
    timeout(PATIENCE, searching)
        .await
        .expect("what was waited for comes")
}

fn beliefs(report: &Value) -> Vec<f64> {
    let list = report["belief"].as_array().expect("a list");
    list.iter().map(|p| p.as_f64().expect("a number")).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_spawned_agent_learns_from_what_it_is_shown() {
    let (server, _world) = served(3);
    let mut client = server.welcomed().await;
    let spawned = ask(&mut client, r#"{"type":"spawn","id":1,"count":1}"#).await;
    let agent = spawned["agents"][0].as_u64().expect("a number");
    let before = ask(
        &mut client,
        &format!(r#"{{"type":"inspect","id":1,"agent":{agent}}}"#),
    )
    .await;
    assert_eq!(before["observation"], serde_json::json!([]));
    assert!(
        beliefs(&before).iter().all(|p| (p - 0.01).abs() < 1e-9),
        "uniform: {before}"
    );
    let observe = format!(r#"{{"type":"observe","id":1,"agent":{agent},"observation":[2]}}"#);
    let after = ask(&mut client, &observe).await;
    assert_eq!(after["observation"], serde_json::json!([2]));
    let belief = beliefs(&after);
    assert!((belief.iter().sum::<f64>() - 1.0).abs() < 0.01, "{after}");
    // Cells which tend to show outcome 2 gain, all others lose.
    for (cell, p) in belief.iter().enumerate() {
        let shows_it = (cell % 10 + 2 * (cell / 10)) % 5 == 2;
        assert_eq!(*p > 0.01, shows_it, "cell {cell}: {p}");
    }
    assert!(
        after["action"][0].as_u64().is_some_and(|action| action < 5),
        "{after}"
    );
    assert!(
        after["free_energy"].as_f64().is_some_and(f64::is_finite),
        "{after}"
    );
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn observers_see_agents_step_and_the_world_move() {
    let (server, _world) = served(50);
    let mut client = server.welcomed().await;
    ask(
        &mut client,
        r#"{"type":"subscribe","id":1,"topics":["agent/7","world","stats"]}"#,
    )
    .await;
    let first = next(&mut client, |message| message["type"] == "step").await;
    let later = next(&mut client, |message| {
        message["type"] == "step" && message["belief"] != first["belief"]
    })
    .await;
    assert_eq!(
        (&first["agent"], &later["agent"]),
        (&Value::from(7), &Value::from(7))
    );
    assert!(
        first["position"].as_u64().is_some_and(|cell| cell < 100),
        "{first}"
    );
    let world = next(&mut client, |message| message["type"] == "world").await;
    assert_eq!(world["cells"].as_array().map(Vec::len), Some(50));
    assert_eq!(world["colours"].as_array().map(Vec::len), Some(100));
    next(&mut client, |m| {
        m["type"] == "world" && m["cells"] != world["cells"]
    })
    .await;
    let stats = next(&mut client, |message| message["type"] == "stats").await;
    assert!(
        stats["steps_per_second"]
            .as_f64()
            .is_some_and(|rate| rate > 50.0),
        "{stats}"
    );
    assert_eq!(stats["agents"], 50);
    assert!(server.metric("freeagentics_agent_steps_total").await > 50);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn binary_and_json_tell_the_same() {
    let (server, _world) = served(3);
    let mut client = server.welcomed().await;
    let spawned = ask(&mut client, r#"{"type":"spawn","id":1}"#).await;
    let agent = spawned["agents"][0].as_u64().expect("a number");
    let observe = [
        &b"\x06\x05\0\0\0"[..],
        &agent.to_le_bytes(),
        &[1, 3, 0, 0, 0],
    ]
    .concat();
    client.send_binary(observe).await.expect("send");
    let reply = client
        .next()
        .await
        .expect("reply")
        .expect("open")
        .into_data();
    assert_eq!(&reply[..5], b"\x86\x05\0\0\0");
    assert_eq!(reply[5..13], agent.to_le_bytes());
    assert_eq!(reply[29..34], [1, 3, 0, 0, 0], "the observation");
    assert_eq!(reply.len(), 5 + 8 + 8 + 4 + 4 + 5 + 5 + 4 + 400);
    let told = ask(
        &mut client,
        &format!(r#"{{"type":"inspect","id":1,"agent":{agent}}}"#),
    )
    .await;
    let floats = reply[reply.len() - 400..].chunks_exact(4);
    for (bytes, p) in floats.zip(beliefs(&told)) {
        let binary = f32::from_le_bytes(bytes.try_into().expect("four"));
        assert!((f64::from(binary) - p).abs() < 1e-4, "{binary} {p}");
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_agents_cannot_do_is_answered() {
    let (server, _world) = served(3);
    let mut client = server.welcomed().await;
    for (command, code) in [
        (r#"{"type":"inspect","id":1,"agent":999}"#, "no_such_agent"),
        (
            r#"{"type":"inspect","id":1,"agent":18446744073709551615}"#,
            "no_such_agent",
        ),
        (
            r#"{"type":"observe","id":1,"agent":0,"observation":[5]}"#,
            "bad_observation",
        ),
        (
            r#"{"type":"observe","id":1,"agent":0,"observation":[1,1]}"#,
            "bad_observation",
        ),
        (
            r#"{"type":"observe","id":1,"agent":0,"observation":[]}"#,
            "bad_observation",
        ),
        (r#"{"type":"spawn","id":1,"count":6}"#, "unavailable"),
    ] {
        let reply = ask(&mut client, command).await;
        assert_eq!(reply["code"], code, "{command}: {reply}");
    }
    let spawned = ask(&mut client, r#"{"type":"spawn","id":1,"count":5}"#).await;
    assert_eq!(spawned["agents"].as_array().map(Vec::len), Some(5));
    server.stop().await;
}
