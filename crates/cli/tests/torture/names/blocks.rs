//! What the texts are made of.

use rand::seq::IndexedRandom as _;
use rand::{RngExt as _, SeedableRng as _};
use rand_pcg::Pcg64;

/// Pieces that mean something to somebody: shells, file systems, terminals, markup, Markdown, tables, GitHub.
const BLOCKS: &[&str] = &[
    "../",
    "..",
    "./",
    "/",
    "//",
    "\\..\\",
    "~/",
    "C:\\",
    "/etc/passwd",
    "CON",
    "NUL.txt",
    "-rf",
    "--output=x",
    "$(id)",
    "`id`",
    "%00",
    "%2e%2e%2f",
    "%0a",
    "\0",
    "\r",
    "\n",
    "\r\n",
    "\t",
    "\u{7}",
    "\u{8}",
    "\u{b}",
    "\u{c}",
    "\u{7f}",
    "\u{85}",
    "\u{9b}31m",
    "\u{1b}[31m",
    "\u{1b}]0;title\u{7}",
    "\u{1b}]8;;http://x.example\u{1b}\\",
    "\u{1b}c",
    "\u{202e}",
    "\u{202d}",
    "\u{2066}",
    "\u{2069}",
    "\u{200f}",
    "\u{61c}",
    "\u{200b}",
    "\u{2028}",
    "\u{2029}",
    "\u{feff}",
    "\u{fffe}",
    "\u{ffff}",
    "\u{1fffe}",
    "\u{10ffff}",
    "\u{e0001}",
    "\u{ad}",
    "<script>alert(1)</script>",
    "</script>",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "<?xml",
    "<!DOCTYPE x>",
    "<img src=x onerror=alert(1)>",
    "</title>",
    "</style>",
    "</svg>",
    "</text>",
    "</details>",
    "</summary>",
    "</code>",
    "</td>",
    "<b>",
    "&",
    "&lt;",
    "&#60;",
    "&#x3c;",
    "&amp;lt;",
    "\"",
    "'",
    "\" onload=\"x",
    "' x='",
    ">",
    "<",
    "=",
    "javascript:alert(1)",
    "`",
    "``",
    "```",
    "~~~",
    "|",
    "\\|",
    "||",
    "\\",
    "*",
    "**b**",
    "_i_",
    "__",
    "#",
    "# h",
    "#1",
    "GH-1",
    "owner/repo#1",
    "@mention",
    "@org/team",
    "a@b.example",
    "https://x.example/",
    "http://x.example",
    "www.x.example",
    "[x](http://x.example)",
    "![x](http://x.example/y.png)",
    "[x]: http://x.example",
    "[^1]",
    "<http://x.example>",
    "- [ ] x",
    "> q",
    "---",
    ":---:",
    ":smile:",
    "$x$",
    "$$",
    "1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d",
    "::error::x",
    "::set-output name=x::y",
    "::stop-commands::x",
    "##[error]x",
    ",",
    ";",
    ",,",
    "=cmd|' /C calc'!A0",
    "+1",
    "-1",
    "{",
    "}",
    "{output}",
    "%s",
    "%n",
    "{}",
    "\\n",
    "\\u0000",
    "\\x1b",
    "null",
    "NaN",
    "# EOF",
    "größer",
    "速い",
    "\u{5d0}\u{5d1}",
    "\u{627}\u{644}",
    "👩\u{200d}💻",
    "e\u{301}\u{301}\u{301}",
    "ﷺ",
    "\u{1f1e9}\u{1f1ea}",
    "İ",
    "ß",
    "\u{3000}",
    "\u{a0}",
    "a",
    "b",
    "first",
    "x",
    "1",
    " ",
    "  ",
    ".",
    "_",
    "-",
];

/// Draws texts, hostile or harmless.
pub(crate) struct Pen {
    rng: Pcg64,
    seed: u64,
    harmless: bool,
    /// How many it has drawn.
    pub(crate) drawn: u64,
}

impl Pen {
    pub(crate) fn new(seed: u64, harmless: bool) -> Self {
        Self {
            rng: Pcg64::seed_from_u64(seed),
            seed,
            harmless,
            drawn: 0,
        }
    }

    pub(crate) fn is_harmless(&self) -> bool {
        self.harmless
    }

    /// Heads or tails.
    pub(crate) fn coin(&mut self) -> bool {
        self.rng.random_bool(0.5)
    }

    /// A text of one to five pieces, now and then a very long one, now and then an ordinary word.
    pub(crate) fn text(&mut self) -> String {
        self.drawn += 1;
        let number = self.drawn;
        if self.harmless {
            // Of each kind that is laid out in its own way: short, long, read from right to left.
            return match (number + self.seed) % 5 {
                0 => format!("word {number} ").repeat(40),
                1 => format!("\u{5d0}\u{5d1}{number}"),
                _ => format!("word{number}"),
            };
        }
        if self.rng.random_bool(0.1) {
            return "ordinary".to_owned();
        }
        let count = self.rng.random_range(1..=5);
        let mut text: String = (0..count)
            .filter_map(|_| BLOCKS.choose(&mut self.rng).copied())
            .collect();
        if self.rng.random_bool(0.03) {
            text = text.repeat(10_240 / text.len().max(1) + 1);
        }
        text
    }

    /// A text without the characters that ids and worker messages may not hold.
    pub(crate) fn plain(&mut self) -> String {
        let text: String = self.text().chars().filter(|it| !it.is_control()).collect();
        if text.is_empty() { "x".into() } else { text }
    }

    /// A benchmark's id, by the rules of ids and as hostile as they allow; `number` makes it one of its kind.
    pub(crate) fn id(&mut self, number: usize) -> String {
        let mut drawn = format!("{}/{}", self.plain(), self.plain());
        while drawn.len() > 480 {
            drawn.pop();
        }
        let parts: Vec<&str> = drawn
            .split('/')
            .filter(|part| !part.trim().is_empty() && !matches!(*part, "." | ".."))
            .collect();
        match parts.as_slice() {
            [] => format!("a/b{number}"),
            [one] => format!("{one}/b{number}"),
            many => format!("{}{number}", many.join("/")),
        }
    }
}
