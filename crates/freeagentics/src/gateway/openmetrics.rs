//! `/health` and `/metrics`, the latter in OpenMetrics 1.0 text. Invariant: every counter has a
//! type, a help line and the `_total` suffix; the text ends in `# EOF`.

use std::fmt::Write;
use std::sync::Arc;

use super::close::CloseReason;
use super::http::Response;
use super::metrics::Refusal;
use super::server::Shared;

const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Alive, and since when.
pub(super) fn health(shared: &Arc<Shared>) -> Response {
    let body = format!(
        "{{\"status\":\"ok\",\"version\":\"{}\",\"uptime_seconds\":{}}}\n",
        env!("CARGO_PKG_VERSION"),
        shared.registry.uptime_seconds()
    );
    Response::new(200, "application/json", body)
}

/// Everything counted.
pub(super) fn metrics(shared: &Arc<Shared>) -> Response {
    let metrics = &shared.metrics;
    let mut out = String::with_capacity(4096);
    gauge(
        &mut out,
        "connections",
        "WebSocket connections open.",
        metrics.connections(),
    );
    gauge(
        &mut out,
        "sockets",
        "TCP sockets open.",
        shared.registry.sockets() as u64,
    );
    gauge(&mut out, "agents", "Agents alive.", shared.host.agents());
    gauge(
        &mut out,
        "topics",
        "Topics with listeners.",
        shared.hub.interest().topics() as u64,
    );
    gauge(
        &mut out,
        "hub_queue",
        "Commands waiting for the hub.",
        shared.hub.queued() as u64,
    );
    for (name, help, counter) in [
        ("accepted", "TCP connections accepted.", &metrics.accepted),
        (
            "upgrades",
            "Connections upgraded to WebSocket.",
            &metrics.upgraded,
        ),
        ("requests", "HTTP requests read.", &metrics.requests),
        (
            "messages_received",
            "Messages from clients.",
            &metrics.messages_in,
        ),
        ("received_bytes", "Bytes from clients.", &metrics.bytes_in),
        (
            "bad_commands",
            "Messages answered with an error.",
            &metrics.bad_commands,
        ),
        ("published", "Events published.", &metrics.published),
        (
            "deliveries",
            "Events handed to clients.",
            &metrics.deliveries,
        ),
        (
            "events_dropped",
            "Events dropped for slow clients.",
            &metrics.events_dropped,
        ),
        ("agent_steps", "Steps taken by agents.", &metrics.steps),
    ] {
        family(&mut out, name, "counter", help);
        let _ = writeln!(out, "freeagentics_{name}_total {}", counter.get());
    }
    family(
        &mut out,
        "refused",
        "counter",
        "Requests refused, by reason.",
    );
    for (refusal, label) in Refusal::ALL {
        let count = metrics.refused[refusal as usize].get();
        let _ = writeln!(
            out,
            "freeagentics_refused_total{{reason=\"{label}\"}} {count}"
        );
    }
    family(
        &mut out,
        "closed",
        "counter",
        "Connections closed by the gateway, by reason.",
    );
    for reason in CloseReason::ALL {
        let count = metrics.closed[reason as usize - 1].get();
        let _ = writeln!(
            out,
            "freeagentics_closed_total{{reason=\"{}\",code=\"{}\"}} {count}",
            reason.label(),
            reason.code()
        );
    }
    out.push_str("# EOF\n");
    Response::new(200, CONTENT_TYPE, out)
}

fn gauge(out: &mut String, name: &str, help: &str, value: u64) {
    family(out, name, "gauge", help);
    let _ = writeln!(out, "freeagentics_{name} {value}");
}

fn family(out: &mut String, name: &str, kind: &str, help: &str) {
    let _ = writeln!(
        out,
        "# TYPE freeagentics_{name} {kind}\n# HELP freeagentics_{name} {help}"
    );
}
