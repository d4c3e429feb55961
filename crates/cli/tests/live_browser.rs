//! The served page in a real browser: what runs is seen while it runs, what was recorded afterwards.

#[allow(dead_code, reason = "the gateway's tests use the rest")]
#[path = "../../freeagentics/tests/gateway_support/chromium.rs"]
mod chromium;
mod support;

use std::path::Path;
use std::process::Stdio;

use chromium::Chromium;
use support::Project;
use support::days::{Course, make_newer, record, ripple};
use support::server::Server;

const HISTORY: &str = ".fabench/history.db";
const READY: &str = "Number(document.body?.dataset.ready ?? 0) > 0";

/// Keeps a picture in target/tmp/dashboard.
async fn picture(browser: &mut Chromium, name: &str) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("dashboard");
    std::fs::create_dir_all(&folder).expect("a folder for pictures");
    browser.screenshot(&folder.join(name)).await;
}

/// Nothing was complained of, and only the server was asked.
fn assert_quiet(browser: &Chromium, server: &Server) {
    assert_eq!(browser.complaints, Vec::<String>::new());
    let own = format!("http://{}/", server.authority);
    let others: Vec<_> = browser
        .requests
        .iter()
        .filter(|url| !url.starts_with(&own) && !url.starts_with("data:"))
        .collect();
    assert!(others.is_empty(), "the page asked for {others:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_running_run_is_seen_live_and_its_result_afterwards() {
    let Some(mut browser) = Chromium::start().await else {
        return;
    };
    let project = Project::new();
    let server = Server::start(&project);
    let address = format!("http://{}/", server.authority);
    browser.open(&address, 1200, 800).await;
    browser.until(READY).await;
    browser
        .until("document.getElementById('live').dataset.state === 'open'")
        .await;
    browser
        .until("document.querySelector('.empty h1')?.textContent === 'No run is recorded yet'")
        .await;
    let launches = ["--launches", "12", "--max-time", "0.6", "--warmup", "0.02"];
    let mut run = project.command(&[&["run", "--record"], &launches[..]].concat());
    let mut run = run.stdout(Stdio::null()).spawn().expect("fabench starts");
    browser
        .until("document.querySelectorAll('#running .run-card').length === 1")
        .await;
    browser
        .until("document.getElementById('live').dataset.state === 'busy'")
        .await;
    // Values come while it runs, a dot for each launch.
    browser
        .until("document.querySelectorAll('#running .run-value circle').length >= 3")
        .await;
    browser
        .until("Number(document.querySelector('#running [role=progressbar]')?.getAttribute('aria-valuenow')) > 0")
        .await;
    picture(&mut browser, "live.png").await;
    assert!(run.wait().expect("ended").success());
    // The page was neither reloaded nor asked for again: the server told it.
    browser
        .until("document.querySelectorAll('#running .run-card').length === 0")
        .await;
    browser
        .until("document.querySelectorAll('#rows tbody tr').length > 0")
        .await;
    browser
        .until("document.querySelector('h1')?.textContent.startsWith('One run so far')")
        .await;
    assert_quiet(&browser, &server);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_history_of_a_newer_version_is_told_to_the_reader() {
    let Some(mut browser) = Chromium::start().await else {
        return;
    };
    let project = Project::new();
    let courses = [Course {
        id: "net/calm",
        factor: ripple,
    }];
    record(&project.path(HISTORY), &courses, 2);
    make_newer(&project.path(HISTORY));
    let server = Server::start(&project);
    let address = format!("http://{}/", server.authority);
    browser.open(&address, 1200, 800).await;
    browser.until(READY).await;
    browser
        .until("document.querySelector('.notice')?.textContent.includes('update fabench')")
        .await;
    picture(&mut browser, "newer.png").await;
    assert_quiet(&browser, &server);
}
