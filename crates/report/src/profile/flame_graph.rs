//! Flame graphs as self-contained SVG, with search and zoom: of one profile, or of the difference between two.

use std::collections::BTreeSet;

use fabench_gate::Cost;
use fabench_record::{Frame, Profile};
use inferno::flamegraph::color::{BasicPalette, MultiPalette, Palette};
use inferno::flamegraph::{Options, from_lines};

use super::collapsed::{by_stack, collapsed};
use super::name;
use crate::printable;

/// What the widths of a difference are counted in: whole nanoseconds or bytes of so many iterations.
const ITERATIONS: f64 = 1000.0;

/// A flame graph; `None` for a profile without samples.
pub fn flame_graph(profile: &Profile, cost: Cost, title: &str) -> Option<String> {
    let lines = collapsed(profile, cost);
    let mut options = options(title);
    options.count_name = match cost {
        Cost::CpuTime => "samples".into(),
        _ => "bytes".into(),
    };
    options.subtitle = Some(format!(
        "{}, {} samples over {} iterations",
        name(cost),
        profile.samples(),
        profile.iterations
    ));
    options.colors = match cost {
        Cost::CpuTime => Palette::Multi(MultiPalette::Rust),
        _ => Palette::Basic(BasicPalette::Mem),
    };
    draw(&mut options, lines.lines())
}

/// A flame graph of `now`, red where a function costs more of an iteration than `before`, blue where less.
///
/// Widths are what an iteration costs now; `None` where `now` has no samples.
pub fn flame_graph_of_change(
    before: &Profile,
    now: &Profile,
    cost: Cost,
    title: &str,
) -> Option<String> {
    let of = |profile: &Profile| {
        let iterations = profile.iterations.max(1) as f64;
        // What is inlined stands for its caller, as in the table: which of its instructions were hit is chance.
        let compiled = |frame: &Frame| !frame.inlined;
        by_stack(profile, compiled, |stack| {
            cost.whole(profile, stack) / iterations
        })
    };
    let (before, now) = (of(before), of(now));
    let stacks: BTreeSet<&String> = before.keys().chain(now.keys()).collect();
    let lines: Vec<String> = stacks
        .into_iter()
        .map(|stack| {
            let parts = |side: &std::collections::BTreeMap<String, f64>| {
                (side.get(stack).copied().unwrap_or(0.0) * ITERATIONS).round()
            };
            format!("{stack} {:.0} {:.0}", parts(&before), parts(&now))
        })
        .collect();
    let mut options = options(title);
    // A factor would not reach the percentages, so the unit is that of many iterations.
    options.count_name = match cost {
        Cost::CpuTime => format!("ns in {ITERATIONS} iterations"),
        _ => format!("bytes in {ITERATIONS} iterations"),
    };
    options.subtitle = Some(format!(
        "{} of an iteration: red more than before, blue less",
        name(cost)
    ));
    draw(&mut options, lines.iter().map(String::as_str))
}

fn options(title: &str) -> Options<'static> {
    let mut options = Options::default();
    options.title = printable(title);
    options.deterministic = true;
    options.font_size = 12;
    options.min_width = 0.1;
    options
}

fn draw<'a>(options: &mut Options<'_>, lines: impl Iterator<Item = &'a str>) -> Option<String> {
    let mut svg = Vec::new();
    // It refuses input without any weight, and can't fail otherwise when it writes to memory.
    from_lines(options, lines, &mut svg).ok()?;
    String::from_utf8(svg).ok()
}

#[cfg(test)]
pub(super) mod tests {
    use fabench_record::{Frame, ProfileKind, Stack, Weight};

    use super::*;

    /// A CPU profile of 10 iterations in 1 ms; stacks are names divided by spaces, with their samples.
    pub(in crate::profile) fn profile(stacks: &[(&str, u64)]) -> Profile {
        let mut frames = Vec::new();
        let stacks = stacks.iter().map(|(names, samples)| Stack {
            frames: names
                .split(' ')
                .map(|name| {
                    frames.push(Frame {
                        function: name.into(),
                        file: Some("src/a.rs".into()),
                        line: Some(7),
                        inlined: false,
                    });
                    frames.len() as u32 - 1
                })
                .collect(),
            weight: Weight {
                samples: *samples,
                allocated_bytes: *samples as f64 * 100.0,
                ..Weight::default()
            },
        });
        let stacks = stacks.collect();
        Profile {
            kind: ProfileKind::Cpu,
            iterations: 10,
            cpu_ns: 1_000_000,
            bytes_per_sample: 1,
            live_after_round: vec![],
            iterations_per_round: 10,
            peak_bytes: 0,
            symbols: true,
            frames,
            stacks,
        }
    }

    #[test]
    fn it_holds_its_functions_search_and_zoom_and_nothing_from_elsewhere() {
        let svg = flame_graph(
            &profile(&[("a::f a::g<'x'&\">", 3)]),
            Cost::CpuTime,
            "a <b>",
        )
        .unwrap();
        assert!(svg.contains("a::f") && svg.contains("search") && svg.contains("zoom"));
        assert!(svg.contains("a &lt;b&gt;") && !svg.contains("a <b>"));
        assert!(!svg.contains("src=\"http"), "nothing is loaded");
    }

    #[test]
    fn nothing_is_drawn_without_samples() {
        assert_eq!(flame_graph(&profile(&[]), Cost::CpuTime, "t"), None);
    }

    #[test]
    fn a_difference_tells_what_an_iteration_costs() {
        let before = profile(&[("a::f", 1), ("a::g", 1)]);
        let now = profile(&[("a::f", 3), ("a::g", 1)]);
        let svg = flame_graph_of_change(&before, &now, Cost::CpuTime, "t").unwrap();
        // 100 µs over 10 iterations: f takes 3/4 of it, after 1/2.
        let told = "a::f (75,000,000 ns in 1000 iterations, 75.00%; +25.00%)";
        assert!(svg.contains(told), "{svg}");
    }

    #[test]
    fn a_difference_does_not_tell_apart_what_was_inlined() {
        let inlined = |mut profile: Profile| {
            for frame in &mut profile.frames {
                frame.inlined = frame.function.starts_with("core::");
            }
            profile
        };
        let before = inlined(profile(&[("a::f core::x", 1), ("core::only core::x", 1)]));
        let now = inlined(profile(&[("a::f core::y", 1), ("core::only core::y", 1)]));
        let svg = flame_graph_of_change(&before, &now, Cost::CpuTime, "t").unwrap();
        assert!(
            svg.contains("a::f (") && svg.contains("core::only ("),
            "{svg}"
        );
        assert!(
            !svg.contains("core::x") && !svg.contains("core::y"),
            "{svg}"
        );
    }
}
