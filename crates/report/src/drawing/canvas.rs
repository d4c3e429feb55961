//! Shapes and text as SVG.
//!
//! Invariant: all text goes through the escape, and coordinates are finite with one decimal, so that one picture always
//! has the same bytes.

use std::fmt::Write as _;

use super::style::rules;
use crate::markup::escape;

/// Where text stands relative to its point.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Anchor {
    Start,
    Middle,
    End,
}

/// A picture in the making.
#[derive(Debug)]
pub(crate) struct Canvas {
    pub(crate) width: f64,
    pub(crate) height: f64,
    body: String,
}

impl Canvas {
    pub(crate) fn new(width: f64, height: f64) -> Self {
        Self {
            width,
            height,
            body: String::new(),
        }
    }

    pub(crate) fn rect(&mut self, class: &str, [x, y]: [f64; 2], [width, height]: [f64; 2]) {
        let (x, y, width, height) = (
            number(x),
            number(y),
            number(width.max(0.0)),
            number(height.max(0.0)),
        );
        self.push(&format!("<rect class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"2\"/>"));
    }

    pub(crate) fn line(&mut self, class: &str, [x1, y1]: [f64; 2], [x2, y2]: [f64; 2]) {
        let (x1, y1, x2, y2) = (number(x1), number(y1), number(x2), number(y2));
        self.push(&format!(
            "<line class=\"{class}\" x1=\"{x1}\" y1=\"{y1}\" x2=\"{x2}\" y2=\"{y2}\"/>"
        ));
    }

    pub(crate) fn circle(&mut self, class: &str, [x, y]: [f64; 2], radius: f64) {
        let (x, y, radius) = (number(x), number(y), number(radius));
        self.push(&format!(
            "<circle class=\"{class}\" cx=\"{x}\" cy=\"{y}\" r=\"{radius}\"/>"
        ));
    }

    pub(crate) fn text(&mut self, class: &str, anchor: Anchor, [x, y]: [f64; 2], text: &str) {
        let anchor = match anchor {
            Anchor::Start => "",
            Anchor::Middle => " text-anchor=\"middle\"",
            Anchor::End => " text-anchor=\"end\"",
        };
        let (x, y, text) = (number(x), number(y), escape(text));
        self.push(&format!(
            "<text class=\"{class}\"{anchor} x=\"{x}\" y=\"{y}\">{text}</text>"
        ));
    }

    /// Text of at most `most` characters, all of it to be read where a pointer rests.
    pub(crate) fn short_text(
        &mut self,
        class: &str,
        anchor: Anchor,
        at: [f64; 2],
        text: &str,
        most: usize,
    ) {
        if text.chars().count() <= most {
            return self.text(class, anchor, at, text);
        }
        let mut short: String = text.chars().take(most.saturating_sub(1)).collect();
        short.push('…');
        self.push(&format!("<g><title>{}</title>", escape(text)));
        self.text(class, anchor, at, &short);
        self.push("</g>");
    }

    /// Puts another picture into this one.
    pub(crate) fn place(&mut self, other: &Self, [x, y]: [f64; 2]) {
        let (x, y) = (number(x), number(y));
        self.push(&format!("<g transform=\"translate({x} {y})\">"));
        self.body.push_str(&other.body);
        self.push("</g>");
    }

    /// The picture within a page that has the rules.
    pub(crate) fn inline(&self, label: &str) -> String {
        self.element("", label, "")
    }

    /// The picture as a file of its own.
    pub(crate) fn standalone(&self, label: &str) -> String {
        let size = format!(
            " xmlns=\"http://www.w3.org/2000/svg\" width=\"{}\" height=\"{}\"",
            number(self.width),
            number(self.height)
        );
        let back = "<rect class=\"back\" width=\"100%\" height=\"100%\"/>\n";
        self.element(&size, label, &format!("<style>{}</style>\n{back}", rules()))
    }

    fn element(&self, attributes: &str, label: &str, before: &str) -> String {
        let (width, height, label) = (number(self.width), number(self.height), escape(label));
        format!(
            "<svg{attributes} class=\"fb\" viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\"{label}\">\n{before}{}</svg>\n",
            self.body
        )
    }

    fn push(&mut self, element: &str) {
        // Writing to a String cannot fail.
        let _ = writeln!(self.body, "{element}");
    }
}

/// At most one decimal; what is no number stands at 0.
fn number(value: f64) -> String {
    let rounded = (value * 10.0).round() / 10.0;
    // Adding 0 turns -0 into 0.
    if rounded.is_finite() {
        format!("{}", rounded + 0.0)
    } else {
        "0".to_owned()
    }
}
