//! The page in a real browser: agents move, a belief changes, keys and tokens work, a phone fits.

mod gateway_support;

use std::collections::HashSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use freeagentics::gateway::world::{World, WorldSettings};
use freeagentics::gateway::{Auth, Gateway, GatewayConfig, Token};
use gateway_support::chromium::Chromium;
use tokio::sync::oneshot;

/// Serves a small lively world and returns its address and what ends it.
fn serve(auth: Auth) -> (std::net::SocketAddr, oneshot::Sender<()>) {
    let world = Arc::new(
        World::new(WorldSettings {
            agents: 60,
            period: Duration::from_millis(40),
            ..WorldSettings::default()
        })
        .expect("world"),
    );
    let config = GatewayConfig {
        auth,
        ..GatewayConfig::for_measuring()
    };
    let gateway = Gateway::bind(config, world.clone()).expect("bind");
    world.start(&gateway);
    let address = gateway.local_addr();
    let (stop, stopped) = oneshot::channel();
    tokio::spawn(async move {
        let shutdown = async {
            let _ = stopped.await;
        };
        gateway.serve(shutdown).await.expect("serve");
        world
            .runtime()
            .shutdown(Duration::from_secs(10))
            .expect("shutdown");
    });
    (address, stop)
}

const LIVE: &str = "document.getElementById('link')?.dataset.state === 'live'";
const TICK: &str = "Number(document.body?.dataset.tick ?? 0)";

/// Keeps pictures where somebody asked for them.
async fn picture(browser: &mut Chromium, name: &str) {
    if let Some(folder) = std::env::var_os("FREEAGENTICS_SCREENSHOTS") {
        browser
            .screenshot(&std::path::Path::new(&folder).join(name))
            .await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn agents_move_and_a_belief_changes_before_ones_eyes() {
    let Some(mut browser) = Chromium::start().await else {
        return;
    };
    let (address, stop) = serve(Auth::None);
    browser.open(&format!("http://{address}/"), 1280, 900).await;
    browser.until(LIVE).await;
    browser.until(&format!("{TICK} > 3")).await;

    // What an eye would see, looked at repeatedly: the pictures and the words below them.
    let look = "({
        grid: document.getElementById('grid').toDataURL(),
        belief: document.getElementById('belief').toDataURL(),
        energy: document.getElementById('energy').toDataURL(),
        place: /really is at (.*?) \\(/.exec(document.getElementById('agent-summary').textContent)?.[1],
    })";
    let mut seen: [HashSet<String>; 4] = Default::default();
    let start = Instant::now();
    while seen.iter().any(|pictures| pictures.len() < 3) {
        let now = browser.eval(look).await;
        for (pictures, name) in seen.iter_mut().zip(["grid", "belief", "energy", "place"]) {
            pictures.extend(now[name].as_str().map(str::to_owned));
        }
        let counts = seen.each_ref().map(HashSet::len);
        assert!(
            start.elapsed() < Duration::from_secs(60),
            "little happens: {counts:?}"
        );
    }
    browser
        .until("document.getElementById('messages').textContent !== '–'")
        .await;
    picture(&mut browser, "light.png").await;
    browser.press("t").await;
    browser
        .until("document.documentElement.dataset.theme === 'dark'")
        .await;
    picture(&mut browser, "dark.png").await;
    assert_eq!(browser.complaints, Vec::<String>::new());
    let _ = stop.send(());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn keys_choose_and_pause_and_a_phone_shows_all_without_scrolling_sideways() {
    let Some(mut browser) = Chromium::start().await else {
        return;
    };
    let (address, stop) = serve(Auth::None);
    browser.open(&format!("http://{address}/"), 360, 740).await;
    browser.until(&format!("{TICK} > 3")).await;
    browser.press("ArrowRight").await;
    browser
        .until("document.getElementById('agent-name').textContent === '1'")
        .await;
    browser
        .until("/^Tick /.test(document.getElementById('agent-summary').textContent)")
        .await;
    browser.press("ArrowLeft").await;
    browser
        .until("document.getElementById('agent-name').textContent === '0'")
        .await;
    // A page that is too wide makes a phone's window wider, too: what counts is the width that was asked for.
    browser
        .until("document.documentElement.scrollWidth === 360 && innerWidth === 360")
        .await;
    let small = "[...document.querySelectorAll('button, input')].filter((e) => e.offsetParent)
        .every((e) => e.getBoundingClientRect().height >= 40)";
    browser.until(small).await;
    picture(&mut browser, "phone.png").await;
    browser.prefer_dark().await;
    browser
        .until("getComputedStyle(document.body).backgroundColor === 'rgb(16, 19, 21)'")
        .await;
    picture(&mut browser, "phone-dark.png").await;
    browser.press(" ").await;
    browser
        .until("document.getElementById('pause').ariaPressed === 'true'")
        .await;
    let paused = browser.eval(TICK).await;
    browser
        .eval("new Promise((done) => setTimeout(done, 300))")
        .await;
    assert_eq!(browser.eval(TICK).await, paused);
    browser.press(" ").await;
    browser.until(&format!("{TICK} > {paused}")).await;
    assert_eq!(browser.complaints, Vec::<String>::new());
    let _ = stop.send(());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_page_shows_its_token_or_asks_for_one() {
    let Some(mut browser) = Chromium::start().await else {
        return;
    };
    let secret = "a-secret-of-some-length";
    let (address, stop) = serve(Auth::Token(Token::new(secret).expect("valid")));
    browser
        .open(&format!("http://{address}/#token={secret}"), 1280, 900)
        .await;
    browser.until(LIVE).await;
    browser.open(&format!("http://{address}/"), 1280, 900).await;
    browser
        .until("document.getElementById('ask')?.open === true")
        .await;
    browser
        .eval(&format!(
            "document.getElementById('token').value = '{secret}';
             document.getElementById('ask-form').requestSubmit()"
        ))
        .await;
    browser.until(LIVE).await;
    browser.until("!document.getElementById('ask').open").await;
    let _ = stop.send(());
}
