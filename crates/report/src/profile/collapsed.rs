//! Collapsed stacks: a line for each, functions divided by semicolons, outermost first, then its weight. Flame graph tools
//! and speedscope read it.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use fabench_gate::Cost;
use fabench_record::{Frame, Profile, Stack};

use crate::markup::{is_unsafe, push_escaped};

/// The stacks of a profile; the weight is in samples for CPU time and in bytes for memory, over the whole profile.
pub fn collapsed(profile: &Profile, cost: Cost) -> String {
    let weight = |stack: &Stack| match cost {
        Cost::CpuTime => stack.weight.samples as f64,
        _ => cost.whole(profile, stack),
    };
    let mut text = String::new();
    for (stack, weight) in by_stack(profile, |_| true, weight) {
        if weight >= 0.5 {
            let _ = writeln!(text, "{stack} {weight:.0}");
        }
    }
    text
}

/// Stacks by their text: of the functions that `shown` lets pass, or of the outermost where it lets none. Lines of source are not
/// told apart.
pub(super) fn by_stack(
    profile: &Profile,
    shown: impl Fn(&Frame) -> bool,
    weight: impl Fn(&Stack) -> f64,
) -> BTreeMap<String, f64> {
    let mut all = BTreeMap::new();
    for stack in &profile.stacks {
        let functions = || profile.functions(stack);
        let none = !functions().any(&shown);
        let names: Vec<String> = functions()
            .enumerate()
            .filter(|(at, frame)| shown(frame) || (none && *at == 0))
            .map(|(_, frame)| plain(&frame.function))
            .collect();
        *all.entry(names.join(";")).or_default() += weight(stack);
    }
    all
}

/// A name without what the format divides by, and with what is not seen shown.
fn plain(name: &str) -> String {
    let mut shown = String::with_capacity(name.len());
    for character in name.chars() {
        match character {
            ';' => shown.push(','),
            unseen if is_unsafe(unseen) => push_escaped(&mut shown, unseen),
            other => shown.push(other),
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::flame_graph::tests::profile;

    #[test]
    fn lines_of_one_function_add_up() {
        let text = collapsed(
            &profile(&[("a::f a::g", 3), ("a::f", 2), ("a::f a::g", 4)]),
            Cost::CpuTime,
        );
        assert_eq!(text, "a::f 2\na::f;a::g 7\n");
    }

    #[test]
    fn array_types_do_not_divide_a_name() {
        let text = collapsed(&profile(&[("a::f<[u8;_4]>", 1)]), Cost::CpuTime);
        assert_eq!(text, "a::f<[u8,_4]> 1\n");
    }

    #[test]
    fn a_name_stays_in_its_line() {
        assert_eq!(plain("a\n\u{202e};b"), r"a\u{a}\u{202e},b");
    }
}
