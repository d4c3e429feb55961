//! The frame of a page and its tables.

use std::fmt::Write as _;

use fabench_record::MachineClass;

use crate::drawing::rules;
use crate::markup::escape;

const STYLE: &str = include_str!("style.css");

/// Nothing is loaded and nothing runs: only the page's own styles.
const POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/// How something looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tone {
    Worse,
    Better,
    Plain,
}

impl Tone {
    pub(super) fn class(self) -> &'static str {
        match self {
            Self::Worse => "worse",
            Self::Better => "better",
            Self::Plain => "",
        }
    }
}

/// A whole page; `body` is HTML, the rest text.
pub(super) fn page(title: &str, subtitle: &str, verdict: &str, tone: Tone, body: &str) -> String {
    let (title, subtitle, verdict) = (escape(title), escape(subtitle), escape(verdict));
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{title}</title>\n<style>\n{STYLE}{}\n</style>\n</head>\n<body>\n\
         <h1>{title}</h1>\n<p>{subtitle}</p>\n<p class=\"verdict {}\">{verdict}</p>\n{body}</body>\n</html>\n",
        rules(),
        tone.class(),
    )
}

/// A cell of text.
pub(super) fn cell(class: &str, text: &str) -> String {
    // Names stand apart, so that one read from right to left turns only itself.
    format!("<td class=\"{class}\"><bdi>{}</bdi></td>", escape(text))
}

/// A table of rows of cells; the first `left` headings are set left. Without columns there are no headings.
pub(super) fn table(columns: &[&str], left: usize, rows: &[String]) -> String {
    let mut out = String::from("<div class=\"table\"><table>\n");
    if !columns.is_empty() {
        out.push_str("<thead><tr>");
        for (index, column) in columns.iter().enumerate() {
            // Words read from the left, also in the last column.
            let is_left = index < left || *column == "reason";
            let class = if is_left { " class=\"l\"" } else { "" };
            // Writing to a String cannot fail.
            let _ = write!(out, "<th scope=\"col\"{class}>{}</th>", escape(column));
        }
        out.push_str("</tr></thead>\n");
    }
    out.push_str("<tbody>\n");
    for row in rows {
        let _ = writeln!(out, "<tr>{row}</tr>");
    }
    out + "</tbody></table></div>\n"
}

pub(super) fn heading(text: &str) -> String {
    format!("<h2>{}</h2>\n", escape(text))
}

/// Something folded; `body` is HTML.
pub(super) fn folded(summary: &str, body: &str) -> String {
    format!(
        "<details><summary>{}</summary>\n{body}</details>\n",
        escape(summary)
    )
}

/// Two columns of facts.
pub(super) fn facts(facts: &[(&str, String)]) -> String {
    let rows: Vec<String> = facts
        .iter()
        .map(|(name, value)| cell("l", name) + &cell("l wrap", value))
        .collect();
    table(&[], 0, &rows)
}

pub(super) fn machine_facts(role: &'static str, machine: &MachineClass) -> (&'static str, String) {
    (role, machine.to_string())
}
