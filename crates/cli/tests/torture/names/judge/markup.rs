//! Pages and pictures: every element and attribute is one that a document of harmless names has, all are closed in order, and
//! addresses, styles and scripts are the same.
//!
//! The tokens are those of HTML (and of XML, which is stricter): `<` begins one wherever it stands, outside of scripts and
//! styles.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, bail, ensure};

/// Elements without an end.
const VOID: [&str; 6] = ["meta", "link", "br", "img", "input", "hr"];
/// Elements whose content is no markup.
const RAW: [&str; 2] = ["script", "style"];
/// Attributes whose values do something.
const ACTIVE: [&str; 6] = ["href", "src", "style", "action", "content", "xlink:href"];

/// What a document may be made of.
#[derive(Clone, Debug, Default)]
pub(crate) struct Shape {
    /// Names of attributes by element.
    elements: BTreeMap<String, BTreeSet<String>>,
    /// Active attributes with their values.
    active: BTreeSet<(String, String)>,
    /// Contents of scripts, styles and comments, without those that are data.
    raw: BTreeSet<String>,
}

/// A document taken apart.
#[derive(Debug, Default)]
pub(crate) struct Taken {
    elements: Vec<(String, Vec<(String, String)>)>,
    raw: Vec<(String, String)>,
}

impl Shape {
    /// Adds what a harmless document is made of.
    pub(crate) fn learn(&mut self, text: &str) -> anyhow::Result<()> {
        let taken = take_apart(text)?;
        for (name, attributes) in taken.elements {
            let known = self.elements.entry(name).or_default();
            for (attribute, value) in attributes {
                if ACTIVE.contains(&attribute.as_str()) {
                    self.active.insert((attribute.clone(), value));
                }
                known.insert(attribute);
            }
        }
        self.raw.extend(
            taken
                .raw
                .into_iter()
                .filter(|(kind, _)| kind != DATA)
                .map(|(_, raw)| raw),
        );
        Ok(())
    }

    /// Holds a document against it. The contents of data elements.
    pub(crate) fn judge(&self, text: &str) -> anyhow::Result<Vec<String>> {
        let taken = take_apart(text)?;
        for (name, attributes) in &taken.elements {
            let known = self
                .elements
                .get(name)
                .with_context(|| format!("an element <{name}> that no harmless document has"))?;
            for (attribute, value) in attributes {
                ensure!(
                    known.contains(attribute),
                    "an attribute `{attribute}` of <{name}> that no harmless document has"
                );
                let active = (attribute.clone(), value.clone());
                ensure!(
                    !ACTIVE.contains(&attribute.as_str())
                        || self.active.contains(&active)
                        || (attribute == "style" && is_plain_style(value)),
                    "{attribute}=\"{value}\" of <{name}> is in no harmless document"
                );
            }
        }
        let mut data = Vec::new();
        for (kind, raw) in taken.raw {
            if kind == DATA {
                ensure!(!raw.contains('<'), "a `<` within data");
                data.push(raw);
            } else {
                ensure!(
                    self.raw.contains(&raw),
                    "a script, style or comment that no harmless document has: {}",
                    raw.chars().take(200).collect::<String>()
                );
            }
        }
        Ok(data)
    }
}

/// Lengths and colours.
fn is_plain_style(value: &str) -> bool {
    value
        .chars()
        .all(|it| it.is_ascii_alphanumeric() || " .:;%-#".contains(it))
}

/// The kind of a script that is data.
const DATA: &str = "data";

/// Takes a document apart, or says where it is not well-formed.
pub(crate) fn take_apart(text: &str) -> anyhow::Result<Taken> {
    let mut taken = Taken::default();
    let mut open: Vec<String> = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        check_text(&rest[..at])?;
        rest = &rest[at + 1..];
        let near = || rest.chars().take(80).collect::<String>();
        if let Some(comment) = rest.strip_prefix("!--") {
            let (comment, after) = comment.split_once("-->").context("a comment without end")?;
            taken.raw.push(("comment".into(), comment.to_owned()));
            rest = after;
            continue;
        }
        if let Some(after) = rest.strip_prefix(['!', '?']) {
            let known = ["doctype ", "DOCTYPE ", "xml "];
            ensure!(
                known.iter().any(|it| after.starts_with(it)),
                "a section or instruction: <{}",
                near()
            );
            let (_, after) = after
                .split_once('>')
                .context("an instruction without end")?;
            rest = after;
            continue;
        }
        if let Some(after) = rest.strip_prefix('/') {
            let (name, after) = after.split_once('>').context("an end tag without end")?;
            let expected = open.pop();
            ensure!(
                expected.as_deref() == Some(name.trim()),
                "</{name}> where {expected:?} is open"
            );
            rest = after;
            continue;
        }
        ensure!(
            rest.starts_with(|it: char| it.is_ascii_alphabetic()),
            "a bare `<` before {}",
            near()
        );
        let end = rest
            .find(|it: char| it.is_whitespace() || it == '>' || it == '/')
            .context("a tag without end")?;
        let name = rest[..end].to_owned();
        let (attributes, closed, after) =
            attributes(&rest[end..]).with_context(|| format!("in <{}", near()))?;
        rest = after;
        let is_data = attributes
            .iter()
            .any(|(name, value)| name == "type" && value.contains("json"));
        taken.elements.push((name.clone(), attributes));
        if closed || VOID.contains(&name.as_str()) {
            continue;
        }
        if RAW.contains(&name.as_str()) {
            let end = rest
                .to_ascii_lowercase()
                .find(&format!("</{name}"))
                .with_context(|| format!("<{name}> without end"))?;
            let kind = if is_data { DATA } else { &name };
            taken.raw.push((kind.to_owned(), rest[..end].to_owned()));
            rest = &rest[end..];
        }
        open.push(name);
    }
    check_text(rest)?;
    ensure!(open.is_empty(), "not closed: {open:?}");
    Ok(taken)
}

type Attributes = Vec<(String, String)>;

/// The attributes up to the end of the tag, whether it is closed at once, and what follows.
fn attributes(mut rest: &str) -> anyhow::Result<(Attributes, bool, &str)> {
    let mut found: Attributes = Vec::new();
    loop {
        rest = rest.trim_start();
        if let Some(after) = rest.strip_prefix("/>") {
            return Ok((found, true, after));
        }
        if let Some(after) = rest.strip_prefix('>') {
            return Ok((found, false, after));
        }
        let end = rest
            .find(|it: char| it.is_whitespace() || "=>/\"'<".contains(it))
            .context("a tag without end")?;
        ensure!(
            end > 0,
            "`{}` in a tag",
            rest.chars().take(20).collect::<String>()
        );
        let name = rest[..end].to_owned();
        rest = &rest[end..];
        let mut value = String::new();
        if let Some(after) = rest.strip_prefix('=') {
            let Some(quote @ ('"' | '\'')) = after.chars().next() else {
                bail!("the value of `{name}` is not quoted");
            };
            let (quoted, after) = after[1..]
                .split_once(quote)
                .context("a value without end")?;
            ensure!(!quoted.contains('<'), "a bare `<` in the value of `{name}`");
            check_text(quoted)?;
            value = quoted.to_owned();
            rest = after;
        }
        ensure!(
            !found.iter().any(|(other, _)| *other == name),
            "`{name}` stands twice"
        );
        found.push((name, value));
    }
}

/// Text holds no character that XML forbids or that turns the reading order, and `&` begins an entity.
fn check_text(text: &str) -> anyhow::Result<()> {
    super::visible(text, &['\t'])?;
    let forbidden = text
        .chars()
        .find(|it| matches!(it, '\u{fffe}' | '\u{ffff}'));
    ensure!(forbidden.is_none(), "{forbidden:?}, which XML forbids");
    for part in text.split('&').skip(1) {
        let name = part.split(';').next().unwrap_or_default();
        let number = name.strip_prefix('#');
        let known = ["amp", "lt", "gt", "quot", "apos", "nbsp"].contains(&name)
            || number
                .is_some_and(|it| !it.is_empty() && it.bytes().all(|byte| byte.is_ascii_digit()))
            || name.strip_prefix("#x").is_some_and(|it| {
                !it.is_empty() && it.bytes().all(|byte| byte.is_ascii_hexdigit())
            });
        ensure!(
            known && part.contains(';'),
            "`&{}` is no entity",
            part.chars().take(20).collect::<String>()
        );
    }
    Ok(())
}
