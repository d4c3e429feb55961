//! Finds connections that have gone silent. Invariant: one timer for all connections; a peer that
//! answers pings is never closed.

use std::sync::Arc;
use std::time::Duration;

use super::close::CloseReason;
use super::config::Heartbeat;
use super::frame::{self, Opcode};
use super::registry::Registry;

/// Sweeps for ever; the caller drops it at shutdown.
pub(super) async fn sweep(registry: Arc<Registry>, heartbeat: Heartbeat) {
    let period = (heartbeat.interval.min(heartbeat.timeout) / 4)
        .clamp(Duration::from_millis(10), Duration::from_secs(1));
    let mut ticks = tokio::time::interval(period);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let ping = frame::encode(Opcode::Ping, b"");
    let probe_after = heartbeat.interval.as_millis() as u64;
    let close_after = probe_after + heartbeat.timeout.as_millis() as u64;
    loop {
        ticks.tick().await;
        let now = registry.tick();
        for peer in registry.peers() {
            let silent = peer.silent_ms(now);
            if silent >= close_after {
                peer.close(CloseReason::Silent);
            } else if silent >= probe_after && peer.first_ping() {
                peer.send_now(ping.clone());
            }
        }
    }
}
