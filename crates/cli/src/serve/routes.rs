//! What can be asked for; docs/dashboard.md describes each.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use fabench_report::{BenchmarkView, Dashboard, Group, Points, dashboard_page};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::guard::guard;
use super::served::Served;
use super::socket;

/// All paths.
pub(super) fn router(served: &Arc<Served>) -> Router {
    Router::new()
        .route("/", get(page))
        .route("/api/dashboard", get(dashboard))
        .route("/api/runs", get(runs))
        .route("/api/benchmarks", get(benchmarks))
        .route("/api/benchmarks/{*id}", get(benchmark))
        .route("/api/live", get(socket::live))
        .fallback(unknown)
        .layer(axum::middleware::from_fn_with_state(served.clone(), guard))
        .with_state(served.clone())
}

/// Which of the groups; the most recently measured one where it is not said.
#[derive(Deserialize)]
struct Wanted {
    #[serde(default)]
    group: usize,
}

async fn page(State(served): State<Arc<Served>>) -> Response {
    let made = blocking(move || dashboard_page(&served.dashboard())).await;
    match made {
        Some(Ok(page)) => {
            ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], page).into_response()
        }
        _ => problem(
            StatusCode::INTERNAL_SERVER_ERROR,
            "the page could not be made",
        ),
    }
}

async fn dashboard(State(served): State<Arc<Served>>) -> Response {
    answer(served, |dashboard| Some(json(&dashboard))).await
}

async fn runs(State(served): State<Arc<Served>>, wanted: Query<Wanted>) -> Response {
    answer(served, move |dashboard| {
        Some(json(&group(&dashboard, &wanted)?.runs))
    })
    .await
}

/// All benchmarks without their points: what they come to.
async fn benchmarks(State(served): State<Arc<Served>>, wanted: Query<Wanted>) -> Response {
    answer(served, move |dashboard| {
        let mut benchmarks = group(&dashboard, &wanted)?.benchmarks.clone();
        for one in &mut benchmarks {
            one.points = latest(one);
            one.distribution = None;
        }
        Some(json(&benchmarks))
    })
    .await
}

fn latest(one: &BenchmarkView) -> Points {
    let mut points = Points::default();
    if let (Some(run), Some(value)) = (one.points.runs.last(), one.points.values.last()) {
        let ends = |ends: &[Option<f64>]| ends.last().copied().flatten();
        points.push(
            *run,
            *value,
            ends(&one.points.lower).zip(ends(&one.points.upper)),
        );
    }
    points.omitted = one.points.omitted + one.points.len() - points.len();
    points
}

async fn benchmark(
    State(served): State<Arc<Served>>,
    Path(id): Path<String>,
    wanted: Query<Wanted>,
) -> Response {
    answer(served, move |dashboard| {
        let found = group(&dashboard, &wanted)?
            .benchmarks
            .iter()
            .find(|one| one.id == id)?;
        Some(json(found))
    })
    .await
}

async fn unknown() -> Response {
    problem(
        StatusCode::NOT_FOUND,
        "there is nothing here; docs/dashboard.md lists what can be asked for",
    )
}

fn group<'a>(dashboard: &'a Dashboard, wanted: &Wanted) -> Option<&'a Group> {
    dashboard.groups.get(wanted.group)
}

/// Makes an answer from the dashboard where blocking does no harm.
async fn answer<F>(served: Arc<Served>, make: F) -> Response
where
    F: FnOnce(Dashboard) -> Option<serde_json::Result<String>> + Send + 'static,
{
    match blocking(move || make(served.dashboard())).await {
        Some(Some(Ok(text))) => {
            ([(header::CONTENT_TYPE, "application/json")], text).into_response()
        }
        Some(None) => problem(StatusCode::NOT_FOUND, "there is no such group or benchmark"),
        Some(Some(Err(_))) | None => problem(
            StatusCode::INTERNAL_SERVER_ERROR,
            "the answer could not be made",
        ),
    }
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    tokio::task::spawn_blocking(work).await.ok()
}

fn json<T: Serialize>(value: &T) -> serde_json::Result<String> {
    serde_json::to_string(value)
}

/// An error as JSON.
pub(super) fn problem(status: StatusCode, text: &str) -> Response {
    let body = json!({ "error": text }).to_string();
    (status, [(header::CONTENT_TYPE, "application/json")], body).into_response()
}
