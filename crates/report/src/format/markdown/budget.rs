//! Tables that share a bounded document: the gravest get their lines first, and each says what it left out.

use std::fmt::Write as _;

/// A table with its heading.
pub(super) struct Section {
    /// Above it, or on its fold.
    pub(super) title: String,
    /// Whether it is folded.
    pub(super) folded: bool,
    /// The table's two first lines.
    pub(super) header: String,
    /// Its lines.
    pub(super) lines: Vec<String>,
}

impl Section {
    /// A section with the columns named; the first `left` of them set left, the others right.
    pub(super) fn new(title: String, folded: bool, columns: &[&str], left: usize) -> Self {
        let mut header = format!("| {} |\n|", columns.join(" | "));
        for index in 0..columns.len() {
            header.push_str(if index < left { "---|" } else { "---:|" });
        }
        header.push('\n');
        Self {
            title,
            folded,
            header,
            lines: Vec::new(),
        }
    }

    fn frame(&self) -> (String, &'static str) {
        if self.folded {
            (
                format!("<details><summary>{}</summary>\n\n", self.title),
                "\n</details>\n\n",
            )
        } else {
            (format!("### {}\n\n", self.title), "\n")
        }
    }
}

/// Room for the line that says what was left out.
const NOTE: usize = 120;

/// `head`, the sections in their order as far as they fit, `tail`: together at most `limit` bytes, as long as head, tail
/// and the sections' frames are.
pub(super) fn assemble(head: &str, sections: &[Section], tail: &str, limit: usize) -> String {
    let sections: Vec<&Section> = sections
        .iter()
        .filter(|section| !section.lines.is_empty())
        .collect();
    let frames: usize = sections
        .iter()
        .map(|section| {
            let (begin, end) = section.frame();
            begin.len() + section.header.len() + end.len() + NOTE
        })
        .sum();
    let mut left = limit.saturating_sub(head.len() + tail.len() + frames);
    let mut out = head.to_owned();
    for section in sections {
        let (begin, end) = section.frame();
        out.push_str(&begin);
        out.push_str(&section.header);
        let mut shown = 0;
        for line in &section.lines {
            if line.len() > left {
                break;
            }
            left -= line.len();
            out.push_str(line);
            shown += 1;
        }
        let hidden = section.lines.len() - shown;
        if hidden > 0 {
            // Writing to a String cannot fail.
            let _ = write!(out, "\n… and {hidden} more, in the report file\n");
        }
        out.push_str(end);
    }
    out + tail
}

#[cfg(test)]
mod tests {
    use super::*;

    fn section(lines: usize) -> Section {
        let mut section = Section::new("t".into(), true, &["a"], 1);
        section.lines = (0..lines).map(|line| format!("| {line:050} |\n")).collect();
        section
    }

    #[test]
    fn what_does_not_fit_is_counted() {
        let text = assemble(
            "head\n",
            &[section(100), section(100), section(0)],
            "tail\n",
            3000,
        );
        assert!(text.len() <= 3000, "{}", text.len());
        assert!(text.starts_with("head\n") && text.ends_with("tail\n"));
        assert!(text.contains("… and 100 more"), "{text}");
        assert_eq!(text.matches("<details>").count(), 2);
    }

    #[test]
    fn what_fits_is_whole() {
        let text = assemble("", &[section(3)], "", 3000);
        assert!(!text.contains("more"), "{text}");
        assert_eq!(text.matches("| 0").count(), 3);
    }
}
