//! A profile as the page draws it: its functions as a tree in columns, thinned to what a screen can show.
//!
//! Invariant: a function that is kept has all its callers, and what is left out stays in the width of who called it. A
//! name is data.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};

/// Deepest call that is drawn.
const MAX_DEPTH: usize = 200;
/// Longest name, in characters.
const MAX_NAME: usize = 200;
/// The outermost frame: everything.
const ALL: &str = "all";

/// One flame graph. Columns have one length: a frame each, callers before what they called.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flame {
    /// Index of its run in [`super::Group::runs`].
    pub run: usize,
    /// What its widths count: `cpu`, `memory-allocated` or `memory-live`, the stem of its files.
    pub cost: String,
    /// Folder of all its files.
    pub folder: String,
    /// Each function's name once.
    pub names: Vec<String>,
    /// How deep each frame is; the first one, which is everything, is 0.
    pub depths: Vec<usize>,
    /// Index of its function in `names`.
    pub functions: Vec<usize>,
    /// Its cost with all that it called: samples or bytes of the whole profile.
    pub values: Vec<u64>,
    /// Frames that are not here because they are too narrow to be seen.
    pub omitted: usize,
}

/// One function in one place of the stack.
#[derive(Default)]
struct Node<'a> {
    value: u64,
    called: BTreeMap<&'a str, usize>,
}

impl Flame {
    /// Reads collapsed stacks, at most `most` frames of them; `None` where there is no stack. Lines that are none are passed over.
    pub fn of(run: usize, cost: &str, folder: &str, collapsed: &str, most: usize) -> Option<Self> {
        let nodes = tree(collapsed);
        if nodes[0].value == 0 {
            return None;
        }
        let mut flame = Self {
            run,
            cost: cost.to_owned(),
            folder: folder.to_owned(),
            names: Vec::new(),
            depths: Vec::new(),
            functions: Vec::new(),
            values: Vec::new(),
            omitted: 0,
        };
        let narrowest = narrowest(&nodes, most);
        let mut known: HashMap<String, usize> = HashMap::new();
        let mut open = vec![(ALL, 0, 0)];
        while let Some((name, index, depth)) = open.pop() {
            let node = &nodes[index];
            let name: String = name.chars().take(MAX_NAME).collect();
            let function = *known.entry(name).or_insert_with_key(|name| {
                flame.names.push(name.clone());
                flame.names.len() - 1
            });
            flame.depths.push(depth);
            flame.functions.push(function);
            flame.values.push(node.value);
            let kept = node.called.iter().rev();
            let kept = kept.filter(|(_, called)| nodes[**called].value >= narrowest);
            open.extend(kept.map(|(name, called)| (*name, *called, depth + 1)));
        }
        flame.omitted = nodes.len() - flame.values.len();
        Some(flame)
    }

    /// Number of its frames.
    pub fn frames(&self) -> usize {
        self.values.len()
    }
}

/// The calls; the first node is everything.
fn tree(collapsed: &str) -> Vec<Node<'_>> {
    let mut nodes = vec![Node::default()];
    for line in collapsed.lines() {
        let Some((stack, weight)) = line.rsplit_once(' ') else {
            continue;
        };
        let Ok(weight) = weight.parse::<u64>() else {
            continue;
        };
        let mut at = 0;
        nodes[at].value = nodes[at].value.saturating_add(weight);
        for function in stack.split(';').take(MAX_DEPTH) {
            let next = nodes.len();
            let called = *nodes[at].called.entry(function).or_insert(next);
            if called == next {
                nodes.push(Node::default());
            }
            at = called;
            nodes[at].value = nodes[at].value.saturating_add(weight);
        }
    }
    nodes
}

/// The least cost of a frame that is kept, so that at most `most` are. No function costs more than its caller, so callers stay.
fn narrowest(nodes: &[Node<'_>], most: usize) -> u64 {
    let mut values: Vec<u64> = nodes.iter().map(|node| node.value).collect();
    values.sort_unstable_by(|a, b| b.cmp(a));
    match values.get(most.max(1)) {
        // Equal ones stay or go together.
        Some(first_left_out) => first_left_out.saturating_add(1),
        None => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flame(collapsed: &str, most: usize) -> Flame {
        Flame::of(3, "cpu", "results/profiles/r/a.b", collapsed, most).expect("a stack")
    }

    #[test]
    fn stacks_become_a_tree_in_columns() {
        let flame = flame("main;b 3\nmain;a;c 2\nmain 1\n", 100);
        assert_eq!(flame.names, ["all", "main", "a", "c", "b"]);
        assert_eq!(flame.functions, [0, 1, 2, 3, 4]);
        assert_eq!(flame.depths, [0, 1, 2, 3, 2]);
        assert_eq!(flame.values, [6, 6, 2, 2, 3]);
        assert_eq!((flame.run, flame.omitted), (3, 0));
    }

    #[test]
    fn thinning_leaves_out_the_narrowest_and_no_caller() {
        let mut text = String::from("main;wide;deep 1000\n");
        for at in 0..500 {
            text.push_str(&format!("main;f{at};g{at} {}\n", 1 + at % 7));
        }
        let thin = flame(&text, 50);
        assert!(thin.frames() <= 50, "{}", thin.frames());
        assert_eq!(thin.omitted + thin.frames(), 1 + 3 + 1000);
        assert!(thin.names.iter().any(|name| name == "deep"));
        assert_eq!(thin.depths[0], 0);
        for (at, depth) in thin.depths.iter().enumerate().skip(1) {
            assert!(*depth <= thin.depths[at - 1] + 1, "a caller is missing");
        }
        assert_eq!(thin.values[0], flame(&text, 5000).values[0]);
    }

    #[test]
    fn endless_names_endless_stacks_and_what_is_no_stack_are_bounded() {
        let deep = vec!["f"; 10_000].join(";");
        let text = format!(
            "{} 7\n{deep} 5\nno number here\n\n; 0\n",
            "x".repeat(100_000)
        );
        let flame = flame(&text, 10_000);
        assert!(
            flame
                .names
                .iter()
                .all(|name| name.chars().count() <= MAX_NAME)
        );
        assert_eq!(flame.depths.iter().max(), Some(&MAX_DEPTH));
        assert_eq!(flame.values[0], 12);
        assert_eq!(Flame::of(0, "cpu", "", "nothing\n", 10), None);
        assert_eq!(Flame::of(0, "cpu", "", "", 10), None);
    }
}
