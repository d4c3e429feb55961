//! Weighted stacks become a profile of bounded size: what one line of the protocol can always carry.

use std::collections::{BTreeMap, HashMap};

use fabench_record::{Frame, Stack, Weight};

/// Most stacks that are kept; the lightest beyond it become one.
const MAX_STACKS: usize = 4_000;
/// Longest name of a function or file, in characters.
const MAX_NAME: usize = 300;
/// Deepest stack that is kept; beyond it the outermost functions are left out.
pub(super) const MAX_DEPTH: usize = 128;

/// Stands for all the stacks that are too light to be kept.
const OTHERS: &str = "[other stacks]";
/// Stands for the outermost functions of a stack that is too deep.
const OUTER: &str = "[outer functions]";

/// Gathers stacks; equal ones add up.
#[derive(Debug, Default)]
pub(crate) struct Collector {
    frames: Vec<Frame>,
    known: HashMap<Frame, u32>,
    stacks: BTreeMap<Vec<u32>, Weight>,
}

impl Collector {
    /// Adds what was seen with one stack, outermost function first. An empty stack is nobody's.
    pub(crate) fn add(&mut self, functions: Vec<Frame>, weight: Weight) {
        if functions.is_empty() {
            return;
        }
        let surplus = functions.len().saturating_sub(MAX_DEPTH - 1);
        let outer = (surplus > 0).then(|| named(OUTER));
        let inner = functions.into_iter().skip(surplus);
        let stack: Vec<u32> = outer
            .into_iter()
            .chain(inner)
            .map(|frame| self.index(shortened(frame)))
            .collect();
        add_up(self.stacks.entry(stack).or_default(), &weight);
    }

    fn index(&mut self, frame: Frame) -> u32 {
        let next = u32::try_from(self.frames.len()).unwrap_or(u32::MAX);
        *self.known.entry(frame).or_insert_with_key(|frame| {
            self.frames.push(frame.clone());
            next
        })
    }

    /// The functions that occur, and the stacks, heaviest first.
    pub(crate) fn finish(mut self) -> (Vec<Frame>, Vec<Stack>) {
        let mut stacks: Vec<Stack> = std::mem::take(&mut self.stacks)
            .into_iter()
            .map(|(frames, weight)| Stack { frames, weight })
            .collect();
        stacks.sort_by(|a, b| heaviness(b).total_cmp(&heaviness(a)));
        if stacks.len() > MAX_STACKS {
            let mut rest = Weight::default();
            for stack in stacks.drain(MAX_STACKS - 1..) {
                add_up(&mut rest, &stack.weight);
            }
            let frames = vec![self.index(named(OTHERS))];
            stacks.push(Stack {
                frames,
                weight: rest,
            });
        }
        self.keep_used(stacks)
    }

    fn keep_used(self, mut stacks: Vec<Stack>) -> (Vec<Frame>, Vec<Stack>) {
        let mut moved: Vec<Option<u32>> = vec![None; self.frames.len()];
        let mut kept = Vec::new();
        for index in stacks.iter_mut().flat_map(|stack| &mut stack.frames) {
            let old = *index as usize;
            *index = *moved[old].get_or_insert_with(|| {
                kept.push(self.frames[old].clone());
                u32::try_from(kept.len() - 1).unwrap_or(u32::MAX)
            });
        }
        (kept, stacks)
    }
}

/// CPU profiles have samples only, memory profiles are about bytes.
fn heaviness(stack: &Stack) -> f64 {
    let weight = &stack.weight;
    weight.allocated_bytes + weight.live_bytes + weight.samples as f64
}

fn add_up(sum: &mut Weight, more: &Weight) {
    sum.samples += more.samples;
    sum.allocations += more.allocations;
    sum.allocated_bytes += more.allocated_bytes;
    sum.allocated_variance += more.allocated_variance;
    sum.live_bytes += more.live_bytes;
    sum.peak_bytes += more.peak_bytes;
}

fn named(function: &str) -> Frame {
    Frame {
        function: function.into(),
        ..Frame::default()
    }
}

/// Names come from a symbol table: they may be of any length, and hold anything.
fn shortened(frame: Frame) -> Frame {
    let short = |text: String| -> String {
        let clean = text.chars().map(|c| if c.is_control() { ' ' } else { c });
        if text.chars().count() > MAX_NAME {
            clean.take(MAX_NAME - 1).chain(['…']).collect()
        } else {
            clean.collect()
        }
    };
    Frame {
        function: short(frame.function),
        file: frame.file.map(short),
        line: frame.line,
        inlined: frame.inlined,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(samples: u64) -> Weight {
        Weight {
            samples,
            ..Weight::default()
        }
    }

    #[test]
    fn equal_stacks_add_up_and_the_heaviest_comes_first() {
        let mut collector = Collector::default();
        collector.add(vec![named("main"), named("light")], one(1));
        collector.add(vec![named("main"), named("heavy")], one(2));
        collector.add(vec![named("main"), named("heavy")], one(3));
        let (frames, stacks) = collector.finish();
        assert_eq!(frames.len(), 3);
        assert_eq!(stacks[0].weight.samples, 5);
        assert_eq!(frames[stacks[0].frames[1] as usize].function, "heavy");
    }

    #[test]
    fn endless_symbols_deep_recursion_and_many_stacks_stay_bounded() {
        let mut collector = Collector::default();
        let long = "x".repeat(100_000) + "\n";
        collector.add(vec![named(&long); 10_000], one(1_000));
        for number in 0..3 * MAX_STACKS {
            collector.add(vec![named(&number.to_string())], one(1));
        }
        let (frames, stacks) = collector.finish();
        assert_eq!(stacks.len(), MAX_STACKS);
        assert_eq!(stacks[0].frames.len(), MAX_DEPTH);
        assert!(
            frames
                .iter()
                .all(|frame| frame.function.chars().count() <= MAX_NAME)
        );
        assert!(frames.len() <= MAX_STACKS + 2);
        let total: u64 = stacks.iter().map(|stack| stack.weight.samples).sum();
        assert_eq!(total, 1_000 + 3 * MAX_STACKS as u64);
        let last = stacks.last().unwrap();
        assert_eq!(frames[last.frames[0] as usize].function, OTHERS);
    }
}
