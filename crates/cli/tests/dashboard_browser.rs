//! The dashboard in a real browser: charts draw, filters filter, names are inert, nothing is loaded from anywhere.

#[allow(dead_code, reason = "the gateway's tests use the rest")]
#[path = "../../freeagentics/tests/gateway_support/chromium.rs"]
mod chromium;
mod support;

use std::path::Path;

use chromium::Chromium;
use support::Project;
use support::days::{Course, record, ripple};

const HISTORY: &str = ".fabench/history.db";
const READY: &str = "Number(document.body?.dataset.ready ?? 0) > 0";

fn courses() -> Vec<Course<'static>> {
    vec![
        Course {
            id: "net/step",
            factor: |day| ripple(day) * if day < 3 { 1.25 } else { 1.0 },
        },
        Course {
            id: "net/small",
            factor: |day| ripple(day) * if day < 4 { 1.07 } else { 1.0 },
        },
        Course {
            id: "disk/old",
            factor: |day| ripple(day) * if day < 25 { 1.12 } else { 1.0 },
        },
        Course {
            id: "disk/better",
            factor: |day| ripple(day) * if day < 5 { 0.8 } else { 1.0 },
        },
        Course {
            id: "cpu/calm",
            factor: ripple,
        },
    ]
}

/// A project with this history and its page, as the address of a file.
fn page_of(courses: &[Course<'_>], days: i64) -> (Project, String) {
    let project = Project::new();
    if days > 0 {
        record(&project.path(HISTORY), courses, days);
    }
    project.call(&["dashboard", "--out", "out"]).expect(0);
    let address = format!("file://{}", project.path("out/index.html").display());
    (project, address)
}

/// Keeps a picture in target/tmp/dashboard.
async fn picture(browser: &mut Chromium, name: &str) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("dashboard");
    std::fs::create_dir_all(&folder).expect("a folder for pictures");
    browser.screenshot(&folder.join(name)).await;
}

/// Nothing was complained of, and nothing but the page itself was asked for.
fn assert_quiet(browser: &Chromium) {
    assert_eq!(browser.complaints, Vec::<String>::new());
    let others: Vec<_> = browser
        .requests
        .iter()
        .filter(|url| {
            let own = url.starts_with("file://") && url.contains("/out/index.html");
            !own && !url.starts_with("data:")
        })
        .collect();
    assert!(others.is_empty(), "the page asked for {others:?}");
}

const ROWS: &str =
    "[...document.querySelectorAll('#rows tbody tr')].map((row) => row.dataset.id).join(' ')";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_worst_of_the_week_comes_first_and_what_is_filtered_is_gone() {
    let Some(mut browser) = Chromium::start().await else {
        return;
    };
    let (_project, address) = page_of(&courses(), 40);
    browser.open(&address, 1360, 1000).await;
    browser.until(READY).await;
    browser
        .until("document.querySelector('.card')?.textContent.includes('net/step')")
        .await;
    browser
        .until("/\\+2[45]\\.\\d %/.test(document.querySelector('.card .big').textContent)")
        .await;
    let headline = browser
        .eval("document.querySelector('h1').textContent")
        .await;
    assert_eq!(headline, "2 benchmarks got worse in the last 7 days");
    let rows = browser.eval(ROWS).await;
    assert!(
        rows.as_str()
            .expect("rows")
            .starts_with("net/step net/small"),
        "{rows}"
    );
    picture(&mut browser, "overview-light.png").await;

    browser
        .eval("document.querySelector('.chip[data-verdict=\"better-week\"]').click()")
        .await;
    browser.until(&format!("{ROWS} === 'disk/better'")).await;
    browser.eval("history.back()").await;
    browser
        .until(&format!("{ROWS}.split(' ').length === 5"))
        .await;
    browser.eval("(() => { const c = document.getElementById('category'); c.value = 'disk'; c.dispatchEvent(new Event('change')); })()").await;
    browser
        .until(&format!("{ROWS}.split(' ').length === 2"))
        .await;
    browser.eval("history.back()").await;
    browser.press("/").await;
    browser
        .until("document.activeElement.id === 'search'")
        .await;
    browser.eval("(() => { const s = document.activeElement; s.value = 'calm'; s.dispatchEvent(new Event('input')); })()").await;
    browser.until(&format!("{ROWS} === 'cpu/calm'")).await;
    // The address keeps it: the same page again shows the same.
    let here = browser.eval("location.href").await;
    let here = here.as_str().expect("an address").to_owned();
    browser.open(&here, 1360, 1000).await;
    browser
        .until(&format!(
            "{READY} && {ROWS} === 'cpu/calm' && document.getElementById('search').value === 'calm'"
        ))
        .await;
    browser.press("t").await;
    browser
        .until("document.documentElement.dataset.theme === 'dark'")
        .await;
    browser.press("?").await;
    browser.until("document.getElementById('help').open").await;
    assert_quiet(&browser);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_trend_is_drawn_and_read_by_keys() {
    let Some(mut browser) = Chromium::start().await else {
        return;
    };
    let (_project, address) = page_of(&courses(), 40);
    browser
        .open(&format!("{address}#/b/net%2Fstep"), 1360, 1000)
        .await;
    browser.until(READY).await;
    // Something of the colour of the line is on the canvas.
    let drawn = "(() => { const c = document.querySelector('.trend canvas'); if (!c) return false;
        const { data } = c.getContext('2d').getImageData(0, 0, c.width, c.height);
        const colours = new Set(); for (let i = 0; i < data.length; i += 4) if (data[i + 3] > 200) colours.add(`${data[i]},${data[i + 1]},${data[i + 2]}`);
        return colours.size > 20; })()";
    browser.until(drawn).await;
    browser
        .until("document.querySelectorAll('.histogram .bin').length > 3")
        .await;
    picture(&mut browser, "benchmark-light.png").await;
    let readout = "document.getElementById('readout').textContent";
    let last = browser.eval(readout).await;
    let commit = support::days::commit(0);
    assert!(
        last.as_str().expect("text").contains(&commit[..7]),
        "{last}"
    );
    browser
        .eval("document.getElementById('trend').focus()")
        .await;
    browser.press("ArrowLeft").await;
    browser
        .until(&format!(
            "{readout}.includes('{}')",
            &support::days::commit(1)[..7]
        ))
        .await;
    browser
        .until("!document.querySelector('.tip').hidden")
        .await;
    browser.eval("document.activeElement.blur()").await;
    browser.press("ArrowRight").await;
    browser
        .until("decodeURIComponent(location.hash).startsWith('#/b/net/small')")
        .await;
    browser.press("Escape").await;
    browser
        .until(&format!("{ROWS}.split(' ').length === 5"))
        .await;
    browser.press("c").await;
    browser
        .until("document.querySelectorAll('#compared tbody tr').length === 5")
        .await;
    picture(&mut browser, "compare-light.png").await;
    assert_quiet(&browser);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_phone_shows_all_without_scrolling_sideways() {
    let Some(mut browser) = Chromium::start().await else {
        return;
    };
    let (_project, address) = page_of(&courses(), 40);
    for (hash, name) in [
        ("", "overview-phone.png"),
        ("#/b/net%2Fstep", "benchmark-phone.png"),
        ("#/compare", "compare-phone.png"),
    ] {
        browser.open(&format!("{address}{hash}"), 390, 844).await;
        browser.until(READY).await;
        browser
            .until("document.documentElement.scrollWidth <= innerWidth")
            .await;
        let small = "[...document.querySelectorAll('.chip, .bar .button, .ranges button, .field select')]
            .filter((e) => e.offsetParent && e.getBoundingClientRect().height < 40).map((e) => e.textContent).join()";
        assert_eq!(
            browser.eval(small).await,
            "",
            "too small for a finger: {name}"
        );
        picture(&mut browser, name).await;
    }
    assert_quiet(&browser);
}

/// A history of the profile fixture with real profiles of its newest run, one file of names that want to leave their place.
fn profiled() -> (Project, String) {
    let project = Project::new();
    let courses = ["cpu/split", "memory/leaks", "net/calm"].map(|id| Course { id, factor: ripple });
    record(&project.path(HISTORY), &courses, 10);
    let run = support::days::newest(&project.path(HISTORY));
    let suite = support::profile_suite().display().to_string();
    let out = format!("results/profiles/{run}");
    let both = ["profile", "cpu/split", "memory/leaks", "--cpu", "--memory"];
    let rest = ["--time", "1", "--suite", &suite, "--out", &out];
    project.call(&[&both[..], &rest[..]].concat()).expect(0);
    let folder = project.path(&format!("{out}/net.calm"));
    std::fs::create_dir_all(&folder).expect("a folder");
    let stacks = "main;<img src=x onerror='window.owned=1'>;</script><script>window.owned=1</script> 50\nmain;calm 50\n";
    std::fs::write(folder.join("cpu.collapsed.txt"), stacks).expect("written");
    project.call(&["dashboard", "--out", "out"]).expect(0);
    let address = format!("file://{}", project.path("out/index.html").display());
    (project, address)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flame_graph_is_found_searched_and_zoomed() {
    let Some(mut browser) = Chromium::start().await else {
        return;
    };
    let (_project, address) = profiled();
    browser.open(&address, 1360, 1000).await;
    browser.until(READY).await;
    browser
        .eval("document.querySelector('tr[data-id=\"cpu/split\"] .profiled').click()")
        .await;
    let frame =
        |name: &str| format!("document.querySelector('#flame .frame[data-name*=\"{name}\"]')");
    let (seventy, thirty) = (frame("seventy_percent"), frame("thirty_percent"));
    browser
        .until(&format!("{seventy} !== null && {thirty} !== null"))
        .await;
    picture(&mut browser, "flame-light.png").await;

    // About 100 samples: a share of 70 % has a standard error of 4.6 points.
    browser.eval("(() => { const s = document.getElementById('flame-search'); s.value = 'SEVENTY'; s.dispatchEvent(new Event('input')); })()").await;
    browser
        .until("(() => { const n = /found ([\\d.]+) %/.exec(document.getElementById('flame-told').textContent)?.[1]; return n > 45 && n < 92; })()")
        .await;
    browser
        .until(&format!(
            "{seventy}.classList.contains('hit') && !{thirty}.classList.contains('hit')"
        ))
        .await;

    browser
        .eval(&format!(
            "{seventy}.dispatchEvent(new MouseEvent('click', {{ bubbles: true }}))"
        ))
        .await;
    let fills = format!(
        "Number({seventy}.querySelector('rect').getAttribute('width')) > document.getElementById('flame').clientWidth * 0.95"
    );
    browser
        .until(&format!("{fills} && {thirty} === null"))
        .await;
    picture(&mut browser, "flame-zoomed.png").await;
    // What is looked at stays when the page is drawn anew, here in other colours.
    browser.press("t").await;
    browser
        .until(&format!(
            "{fills} && document.getElementById('flame-search').value === 'SEVENTY'"
        ))
        .await;
    picture(&mut browser, "flame-dark.png").await;
    browser
        .eval("document.getElementById('flame').focus()")
        .await;
    browser.press("Escape").await;
    browser
        .until(&format!(
            "{thirty} !== null && location.hash.startsWith('#/b/cpu')"
        ))
        .await;
    browser.press("ArrowDown").await;
    browser
        .until("document.querySelector('#flame-told code').textContent !== 'all'")
        .await;
    let first = browser
        .eval("document.querySelector('#flame-told code').textContent")
        .await;
    browser.press("Enter").await;
    browser
        .until("!document.getElementById('flame-whole').disabled")
        .await;
    browser
        .eval("document.getElementById('flame-whole').click()")
        .await;
    browser
        .until("document.querySelector('#flame-told code').textContent === 'all'")
        .await;
    assert!(
        first.as_str().is_some_and(|name| !name.is_empty()),
        "{first}"
    );

    browser
        .open(&format!("{address}#/b/memory%2Fleaks"), 390, 844)
        .await;
    browser.until(READY).await;
    browser.eval("(() => { const c = document.getElementById('flame-choice'); c.value = [...c.options].find((one) => one.text.startsWith('Bytes still')).value; c.dispatchEvent(new Event('change')); })()").await;
    browser
        .until(&format!("{} !== null", frame("leaks_64_bytes")))
        .await;
    browser
        .until("document.documentElement.scrollWidth <= innerWidth")
        .await;
    browser
        .eval("document.getElementById('profiles').scrollIntoView()")
        .await;
    picture(&mut browser, "flame-phone.png").await;

    browser
        .open(&format!("{address}#/b/net%2Fcalm"), 1000, 800)
        .await;
    browser
        .until(&format!("{} !== null", frame("onerror")))
        .await;
    let inert = "window.owned === undefined && document.querySelectorAll('main img, main script').length === 0";
    assert_eq!(browser.eval(inert).await, true);
    assert_quiet(&browser);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hostile_names_are_text() {
    let Some(mut browser) = Chromium::start().await else {
        return;
    };
    let names = [
        "x/</script><script>window.owned=1</script>",
        "x/<img src=x onerror='window.owned=1'>",
        "x/\"onfocus=window.owned=1 autofocus=\"",
        "x/{{7*7}}${7*7}\u{202e}\u{1f600} ünï",
        "javascript:window.owned=1/x",
    ];
    let courses: Vec<Course<'_>> = names
        .iter()
        .map(|id| Course {
            id,
            factor: |day| ripple(day) * if day < 3 { 1.3 } else { 1.0 },
        })
        .collect();
    let (_project, address) = page_of(&courses, 20);
    for hash in [
        "",
        "#/compare",
        "#/b/%3Cimg%20src%3Dx%20onerror%3D%22window.owned%3D1%22%3E",
        "#/b/%E0%A4%A",
    ] {
        browser.open(&format!("{address}{hash}"), 1000, 800).await;
        browser.until(READY).await;
        assert_eq!(browser.eval("window.owned === undefined && document.querySelectorAll('main img, main script').length === 0").await, true);
    }
    browser.open(&address, 1000, 800).await;
    browser.until(READY).await;
    let shown = browser.eval("[...document.querySelectorAll('#rows th[scope=row]')].map((cell) => cell.textContent).sort().join('\\n')").await;
    let mut expected = names.to_vec();
    expected.sort_by_key(|name| name.encode_utf16().collect::<Vec<_>>());
    assert_eq!(shown, expected.join("\n"));
    for at in 0..names.len() {
        browser
            .eval(&format!(
                "document.querySelectorAll('#rows th[scope=row] a')[{at}].click()"
            ))
            .await;
        browser
            .until("document.querySelector('.trend canvas') !== null")
            .await;
        browser.eval("history.back()").await;
        browser
            .until("document.getElementById('rows') !== null")
            .await;
    }
    // Even a script that got into the page would not run: only those that the policy names by hash do.
    browser.eval("(() => { const s = document.createElement('script'); try { s.textContent = 'window.owned = 1'; document.body.append(s); } catch {} })()").await;
    assert_eq!(browser.eval("window.owned === undefined").await, true);
    let unexpected: Vec<_> = browser
        .complaints
        .iter()
        .filter(|text| !text.contains("TrustedScript") && !text.contains("Content Security Policy"))
        .collect();
    assert!(unexpected.is_empty(), "{unexpected:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_one_run_and_a_thousand_benchmarks_look_right() {
    let Some(mut browser) = Chromium::start().await else {
        return;
    };
    let (_empty, address) = page_of(&[], 0);
    browser.open(&address, 1200, 800).await;
    browser
        .until("document.querySelector('.empty h1')?.textContent === 'No run is recorded yet'")
        .await;
    picture(&mut browser, "empty.png").await;

    let (_one, address) = page_of(&courses(), 1);
    browser.open(&address, 1200, 800).await;
    browser
        .until("document.querySelector('h1')?.textContent.startsWith('One run so far')")
        .await;
    browser
        .until(&format!("{ROWS}.split(' ').length === 5"))
        .await;
    picture(&mut browser, "one-run.png").await;

    let names: Vec<String> = (0..1000)
        .map(|at| format!("category_{:02}/benchmark_{at:04}", at % 12))
        .collect();
    let many: Vec<Course<'_>> = names
        .iter()
        .map(|id| Course { id, factor: ripple })
        .collect();
    let (_many, address) = page_of(&many, 9);
    browser.open(&address, 1200, 800).await;
    browser
        .until("document.querySelectorAll('#rows tbody tr').length === 1000")
        .await;
    browser
        .until("document.querySelector('h1').textContent.startsWith('Nothing got worse')")
        .await;
    picture(&mut browser, "thousand.png").await;
    assert_quiet(&browser);
}
