//! The comment on a pull request: each line of a table has the cells of its head, folds are closed, and outside of code
//! nothing mentions, links, shows a picture or begins markup.

use anyhow::{Context as _, ensure};

/// Tags that a comment is made of.
const TAGS: [&str; 6] = [
    "<details>",
    "</details>",
    "<summary>",
    "</summary>",
    "<code>",
    "</code>",
];

/// GitHub refuses longer ones.
const MOST: usize = 65_536;

pub(crate) fn judge(text: &str) -> anyhow::Result<()> {
    ensure!(text.len() <= MOST, "{} bytes", text.len());
    // Marks that isolate a name read from right to left come in pairs.
    super::visible(text, &['\u{2068}', '\u{2069}'])?;
    let mut folds = 0_i32;
    let mut columns = None;
    let mut in_block = false;
    for line in text.lines() {
        let context = || format!("in the line {}", line.chars().take(400).collect::<String>());
        if line.starts_with("```") {
            in_block = !in_block;
            continue;
        }
        if in_block {
            continue;
        }
        folds +=
            line.matches("<details>").count() as i32 - line.matches("</details>").count() as i32;
        ensure!(
            (0..=1).contains(&folds),
            "{folds} folds are open {}",
            context()
        );
        let isolated = ['\u{2068}', '\u{2069}'].map(|mark| line.matches(mark).count());
        ensure!(
            isolated[0] == isolated[1],
            "isolated without end {}",
            context()
        );
        if let Some(row) = line.strip_prefix('|') {
            // Even within code, `|` ends a cell.
            let cells = row.matches('|').count();
            let expected = *columns.get_or_insert(cells);
            ensure!(
                cells == expected,
                "{cells} cells instead of {expected} {}",
                context()
            );
        } else {
            columns = None;
        }
        let prose = prose(line).with_context(context)?;
        outside_of_code(&prose).with_context(context)?;
    }
    ensure!(!in_block, "a block without end");
    ensure!(folds == 0, "a fold without end");
    Ok(())
}

/// The line without its code and its tags, each of which leaves a gap; entities are read.
fn prose(line: &str) -> anyhow::Result<String> {
    let mut out = String::new();
    let mut rest = line;
    // A line that begins a block of HTML is read as HTML, to the next empty line.
    let is_html = line.starts_with("<details>");
    while let Some(at) = rest.find(['`', '<']) {
        out.push_str(&rest[..at]);
        out.push('\u{fffc}');
        let from = &rest[at..];
        if is_html && from.starts_with('`') {
            rest = &from[1..];
            continue;
        }
        if let Some(code) = from.strip_prefix('`') {
            let (code, after) = code.split_once('`').context("code without end")?;
            ensure!(!code.is_empty() && !code.contains('<'), "code that is none");
            rest = after;
            continue;
        }
        let tag = TAGS
            .iter()
            .find(|tag| from.starts_with(**tag))
            .context("markup that is not meant")?;
        rest = &from[tag.len()..];
        if *tag == "<code>" {
            let (code, after) = rest.split_once("</code>").context("code without end")?;
            ensure!(!code.contains('<'), "markup within code");
            let read = entities(code)?;
            // Markdown is read within the tag, except in a block of HTML; no mention and no address is.
            let is_plain = !code.contains("](") && !code.contains("**") && !code.contains('`');
            ensure!(is_html || is_plain, "Markdown within code: {read}");
            rest = after;
        }
    }
    out.push_str(rest);
    // Addresses are looked for in what is written.
    for begin in ["://", "www.", "](", "@"] {
        ensure!(!out.contains(begin), "a link: {out}");
    }
    entities(&out)
}

/// What a reader sees.
fn entities(text: &str) -> anyhow::Result<String> {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        let (entity, after) = rest[at + 1..].split_once(';').context("`&` without end")?;
        let read = match entity {
            "amp" => '&',
            "lt" => '<',
            "gt" => '>',
            "quot" => '"',
            number => number
                .strip_prefix('#')
                .and_then(|it| it.parse().ok())
                .and_then(char::from_u32)
                .with_context(|| format!("`&{entity};` is no entity"))?,
        };
        out.push(read);
        rest = after;
    }
    out.push_str(rest);
    Ok(out)
}

/// GitHub looks for mentions and numbers of issues in what readers see, however it was written.
fn outside_of_code(prose: &str) -> anyhow::Result<()> {
    let characters: Vec<char> = prose.chars().collect();
    for pair in characters.windows(2) {
        ensure!(
            !(pair[0] == '@' && pair[1].is_alphanumeric()),
            "a mention: {prose}"
        );
        ensure!(
            !(pair[0] == '#' && pair[1].is_ascii_digit()),
            "the number of an issue: {prose}"
        );
    }
    let digit_after = |prefix: &str| {
        prose
            .match_indices(prefix)
            .any(|(at, _)| prose[at + prefix.len()..].starts_with(|it: char| it.is_ascii_digit()))
    };
    ensure!(!digit_after("GH-"), "the number of an issue: {prose}");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_mention_link_or_break_is_found() {
        for bad in [
            "see @you",
            "see &#64;you",
            "issue &#35;12",
            "GH-7",
            "see https://x.example",
            "[x](y)",
            "<script>",
            "| a | b |\n|---|---|\n| 1 | 2 | 3 |",
            "<details>\n",
            "a `b",
            "a \u{202e} b",
        ] {
            assert!(judge(bad).is_err(), "{bad}");
        }
        judge("| a | `@b` |\n|---|---|\n| <code>&#64;b</code> | c |\n<details><summary>x</summary>\n\n</details>").unwrap();
    }
}
