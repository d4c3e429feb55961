//! `/api/live`: what runs, told to whoever watches. Every watcher hears each running run from its beginning.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use futures_util::{SinkExt as _, StreamExt as _};
use hyper_util::rt::TokioIo;
use tokio::time::{MissedTickBehavior, interval, timeout};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};

use super::routes::problem;
use super::served::Served;
use crate::live::{Progress, Reader, Told};

/// How often is looked for news: seldom enough to leave the machine to what is measured.
const PERIOD: Duration = Duration::from_millis(300);

/// How long a watcher may take to accept a message.
const PATIENCE: Duration = Duration::from_secs(10);

/// Most watchers at once.
const MOST_WATCHERS: usize = 64;

/// Watchers say nothing that is listened to.
const MOST_HEARD: usize = 4096;

/// Answers the upgrade and tells news from then on.
pub(super) async fn live(State(served): State<Arc<Served>>, mut request: Request) -> Response {
    let Some(accepted) = accept(request.headers()) else {
        return problem(
            StatusCode::UPGRADE_REQUIRED,
            "connect with a WebSocket, version 13",
        );
    };
    let Some(seat) = Seat::take(&served) else {
        return problem(StatusCode::SERVICE_UNAVAILABLE, "too many watch already");
    };
    let upgrade = hyper::upgrade::on(&mut request);
    tokio::spawn(async move {
        let Ok(upgraded) = upgrade.await else { return };
        let config = WebSocketConfig::default()
            .max_message_size(Some(MOST_HEARD))
            .max_frame_size(Some(MOST_HEARD));
        let stream = TokioIo::new(upgraded);
        let socket = WebSocketStream::from_raw_socket(stream, Role::Server, Some(config)).await;
        tell(socket, seat).await;
    });
    let headers = [
        (header::UPGRADE, "websocket".to_owned()),
        (header::CONNECTION, "Upgrade".to_owned()),
        (header::SEC_WEBSOCKET_ACCEPT, accepted),
    ];
    (StatusCode::SWITCHING_PROTOCOLS, headers).into_response()
}

/// The answer to the client's key, if it asks for a WebSocket of the version that is spoken.
fn accept(headers: &HeaderMap) -> Option<String> {
    let has = |name, wanted: &str| {
        let value = headers.get(name).and_then(|value| value.to_str().ok())?;
        let mut parts = value.split(',').map(str::trim);
        parts
            .any(|part| part.eq_ignore_ascii_case(wanted))
            .then_some(())
    };
    has(header::UPGRADE, "websocket")?;
    has(header::CONNECTION, "upgrade")?;
    has(header::SEC_WEBSOCKET_VERSION, "13")?;
    let key = headers.get(header::SEC_WEBSOCKET_KEY)?;
    Some(derive_accept_key(key.as_bytes()))
}

/// A place among the watchers; free again when it is dropped.
struct Seat(Arc<Served>);

impl Seat {
    fn take(served: &Arc<Served>) -> Option<Self> {
        let seat = Self(served.clone());
        let before = served.watchers.fetch_add(1, Ordering::Relaxed);
        (before < MOST_WATCHERS).then_some(seat)
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.0.watchers.fetch_sub(1, Ordering::Relaxed);
    }
}

async fn tell<S>(mut socket: WebSocketStream<S>, seat: Seat)
where
    S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin,
{
    let served = &seat.0;
    let mut stopping = served.stopping.clone();
    let mut watch = Watch {
        reader: Reader::new(&served.config),
        seen: None,
    };
    let mut ticks = interval(PERIOD);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = ticks.tick() => {
                let served = served.clone();
                let looked = tokio::task::spawn_blocking(move || watch.look(&served)).await;
                let Ok((back, news)) = looked else { return };
                watch = back;
                for told in news {
                    let Ok(text) = serde_json::to_string(&told) else { continue };
                    let sent = timeout(PATIENCE, socket.send(Message::text(text))).await;
                    // Whoever is gone, or too slow, connects anew and hears it all again.
                    if !matches!(sent, Ok(Ok(()))) {
                        return;
                    }
                }
            }
            heard = socket.next() => {
                if !matches!(heard, Some(Ok(message)) if !message.is_close()) {
                    return;
                }
            }
            _ = stopping.changed() => {
                let _ = timeout(PERIOD, socket.close(None)).await;
                return;
            }
        }
    }
}

/// What one watcher has seen.
struct Watch {
    reader: Reader,
    /// Generation of the dashboard that was told last.
    seen: Option<u64>,
}

impl Watch {
    fn look(mut self, served: &Served) -> (Self, Vec<Told>) {
        let mut news = self.reader.news();
        let generation = served.generation();
        // The page that connects has just been made: only what comes later is new to it.
        if self
            .seen
            .replace(generation)
            .is_some_and(|seen| seen != generation)
        {
            news.push(Told {
                run: String::new(),
                progress: Progress::History,
            });
        }
        (self, news)
    }
}
