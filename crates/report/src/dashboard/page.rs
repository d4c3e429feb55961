//! From data to one HTML file: style, script, uPlot and data in it, and nothing from anywhere else.
//!
//! Invariant: the data cannot leave its element (every `<` in it is escaped), and the content security policy names the
//! page's own scripts by their hash, so that nothing else is ever executed.

use std::sync::LazyLock;

use data_encoding::BASE64;
use sha2::{Digest as _, Sha256};

use super::Dashboard;

/// The frame that the others are put into.
const FRAME: &str = include_str!("page/index.html");

/// The style sheets in order of use.
const STYLE: [&str; 6] = [
    include_str!("page/vendor/uPlot.min.css"),
    include_str!("page/style/base.css"),
    include_str!("page/style/overview.css"),
    include_str!("page/style/detail.css"),
    include_str!("page/style/flame.css"),
    include_str!("page/style/narrow.css"),
];

/// uPlot as it is published.
const UPLOT: &str = include_str!("page/vendor/uPlot.iife.min.js");

/// The page's own script in order of use: one scope.
const SCRIPT: [&str; 16] = [
    include_str!("page/script/dom.js"),
    include_str!("page/script/format.js"),
    include_str!("page/script/words.js"),
    include_str!("page/script/state.js"),
    include_str!("page/script/data.js"),
    include_str!("page/script/small-charts.js"),
    include_str!("page/script/overview.js"),
    include_str!("page/script/table.js"),
    include_str!("page/script/trend.js"),
    include_str!("page/script/histogram.js"),
    include_str!("page/script/flame.js"),
    include_str!("page/script/detail.js"),
    include_str!("page/script/compare.js"),
    include_str!("page/script/live.js"),
    include_str!("page/script/keys.js"),
    include_str!("page/script/main.js"),
];

/// What of the page is the same for all data, with a gap for the policy's connections and one for the data.
static PIECES: LazyLock<[String; 3]> = LazyLock::new(|| {
    let style = STYLE.join("\n");
    let script = format!("\"use strict\";\n{{\n{}\n}}", SCRIPT.join("\n"));
    let policy = format!(
        "default-src 'none'; script-src '{}' '{}'; style-src '{}'; img-src data:; connect-src ",
        hash(UPLOT),
        hash(&script),
        hash(&style),
    );
    let (before, rest) = split(FRAME, "/*POLICY*/");
    let (middle, after) = split(rest, "/*DATA*/");
    let fill = |text: &str| {
        text.replace("/*STYLE*/", &style)
            .replace("/*UPLOT*/", UPLOT)
            .replace("/*SCRIPT*/", &script)
    };
    [
        format!("{}{policy}", fill(before)),
        fill(middle),
        fill(after),
    ]
});

/// The policy's end: only a served page talks to anybody, and only to its server.
const REST_OF_POLICY: &str = "; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

/// The whole page with its data.
///
/// # Errors
/// If the data cannot be written as JSON, which finite numbers always can.
pub fn dashboard_page(dashboard: &Dashboard) -> serde_json::Result<String> {
    let [before, middle, after] = &*PIECES;
    let connections = if dashboard.live { "'self'" } else { "'none'" };
    let data = serde_json::to_string(dashboard)?.replace('<', r"\u003c");
    Ok([before, connections, REST_OF_POLICY, middle, &data, after].concat())
}

fn split<'a>(text: &'a str, gap: &str) -> (&'a str, &'a str) {
    text.split_once(gap).unwrap_or((text, ""))
}

fn hash(text: &str) -> String {
    format!("sha256-{}", BASE64.encode(&Sha256::digest(text.as_bytes())))
}
