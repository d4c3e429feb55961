//! axum's WebSockets as its documentation shows them: defaults, and a broadcast channel for events.

use std::io::Read;

use axum::Router;
use axum::extract::State;
use axum::extract::ws::{Message, Utf8Bytes, WebSocket, WebSocketUpgrade};
use axum::routing::any;
use serde_json::{Value, json};
use tokio::sync::broadcast;

/// Serves until standard input ends.
pub(crate) fn serve() -> anyhow::Result<()> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?
        .block_on(async {
            // Deep enough that no subscriber of the measurement lags.
            let (events, _) = broadcast::channel::<Utf8Bytes>(16 * 1024);
            let upgrade = |upgrade: WebSocketUpgrade, State(events): State<_>| async move {
                upgrade
                    .on_upgrade(|socket| async { connection(socket, events).await.unwrap_or(()) })
            };
            let router = Router::new().route("/ws", any(upgrade)).with_state(events);
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
            println!("{}", listener.local_addr()?);
            let (ended, end) = tokio::sync::oneshot::channel();
            std::thread::spawn(move || {
                let _ = std::io::stdin().read_to_end(&mut Vec::new());
                let _ = ended.send(());
            });
            tokio::select! {
                result = axum::serve(listener, router) => result?,
                _ = end => {}
            }
            Ok(())
        })
}

async fn connection(
    mut socket: WebSocket,
    events: broadcast::Sender<Utf8Bytes>,
) -> anyhow::Result<()> {
    socket
        .send(Message::Text(json!({"type": "welcome"}).to_string().into()))
        .await?;
    let mut subscription: Option<broadcast::Receiver<Utf8Bytes>> = None;
    loop {
        let event = async {
            match &mut subscription {
                Some(subscription) => subscription.recv().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            event = event => socket.send(Message::Text(event?)).await?,
            message = socket.recv() => {
                let Some(Message::Text(text)) = message.transpose()? else { return Ok(()) };
                let command: Value = serde_json::from_str(&text)?;
                let reply = match command["type"].as_str() {
                    Some("echo") => text,
                    Some("subscribe") => {
                        subscription = Some(events.subscribe());
                        json!({"type": "subscribed", "id": command["id"]}).to_string().into()
                    }
                    Some("publish") => {
                        let event = json!({
                            "type": "message",
                            "topic": command["topic"],
                            "payload": command["payload"],
                        });
                        let receivers = events.send(event.to_string().into()).unwrap_or(0);
                        json!({"type": "published", "id": command["id"], "receivers": receivers})
                            .to_string()
                            .into()
                    }
                    _ => continue,
                };
                socket.send(Message::Text(reply)).await?;
            }
        }
    }
}
