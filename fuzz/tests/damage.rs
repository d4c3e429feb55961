//! Each parser for three seconds without a fuzzer: what it accepts, damaged at random. For longer, and led by what the parser
//! does, as `cargo xtask torture --only parsers`.

use std::cell::Cell;
use std::collections::VecDeque;
use std::path::Path;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use fabench_fuzz::{Parser, all, words};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::{TestError, TestRng, TestRunner};

/// For each parser.
const TIME: Duration = Duration::from_secs(3);

/// For one input, on a machine that others want too.
const LONGEST: Duration = Duration::from_secs(10);

/// Of the whole process, with all parsers and their seeds.
const MOST_MEMORY_KIB: u64 = 512 << 10;

/// Seeds are damaged within this; longer ones take long to damage, and longer to read.
const MOST_BYTES: usize = 64 << 10;

/// What is done to a seed at a drawn place.
#[derive(Clone, Debug)]
enum Damage {
    /// So many bytes become these.
    Replaced(usize, Vec<u8>),
    /// A bit is another.
    Flipped(u8),
    /// What stands elsewhere comes here as well.
    Repeated(Index, usize),
    /// All behind it is gone.
    CutOff,
}

fn damages(parser: &Parser) -> impl Strategy<Value = Vec<(Index, Damage)>> + use<> {
    let words: Vec<Vec<u8>> = words(&parser.seeds).into_iter().map(Into::into).collect();
    let removed = || prop_oneof![4 => 0..12_usize, 1 => 0..2_000_usize];
    let damage = prop_oneof![
        6 => (removed(), select(words)).prop_map(|(removed, word)| Damage::Replaced(removed, word)),
        2 => (removed(), vec(any::<u8>(), 0..9)).prop_map(|(removed, bytes)| Damage::Replaced(removed, bytes)),
        4 => (0..8_u8).prop_map(Damage::Flipped),
        2 => (any::<Index>(), 1..400_usize).prop_map(|(from, length)| Damage::Repeated(from, length)),
        1 => Just(Damage::CutOff),
    ];
    vec((any::<Index>(), damage), 0..6)
}

fn damaged(seed: &[u8], damages: &[(Index, Damage)]) -> Vec<u8> {
    let mut bytes = seed[..seed.len().min(MOST_BYTES)].to_vec();
    for (at, damage) in damages {
        let at = at.index(bytes.len() + 1);
        match damage {
            Damage::Replaced(removed, by) => {
                let end = bytes.len().min(at + removed);
                bytes.splice(at..end, by.iter().copied());
            }
            Damage::Flipped(bit) => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte ^= 1 << bit;
                }
            }
            Damage::Repeated(from, length) => {
                let from = from.index(bytes.len() + 1);
                let part = bytes[from..bytes.len().min(from + length)].to_vec();
                bytes.splice(at..at, part);
            }
            Damage::CutOff => bytes.truncate(at),
        }
    }
    bytes
}

/// How many inputs it read in its time.
fn torture(parser: &Parser) -> Result<u64, String> {
    let config = ProptestConfig {
        cases: 32,
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    let rng = TestRng::deterministic_rng(config.rng_algorithm);
    let mut runner = TestRunner::new_with_rng(config, rng);
    let inputs = (any::<Index>(), damages(parser));
    let read = Cell::new(0);
    let begin = Instant::now();
    while begin.elapsed() < TIME {
        let outcome = runner.run(&inputs, |(seed, damages)| {
            let bytes = damaged(&parser.seeds[seed.index(parser.seeds.len())], &damages);
            let asked = Instant::now();
            (parser.read)(&bytes);
            read.set(read.get() + 1);
            prop_assert!(asked.elapsed() < LONGEST, "it took {:?}", asked.elapsed());
            Ok(())
        });
        if let Err(TestError::Fail(reason, (seed, damages))) = outcome {
            let bytes = damaged(&parser.seeds[seed.index(parser.seeds.len())], &damages);
            let kept =
                Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{}-input", parser.name));
            std::fs::write(&kept, bytes).map_err(|error| error.to_string())?;
            return Err(format!(
                "{reason}; the smallest such input is {}",
                kept.display()
            ));
        }
    }
    Ok(read.get())
}

#[test]
fn whatever_is_damaged_is_refused_or_read_to_what_reads_back_the_same() {
    let waiting: Mutex<VecDeque<Parser>> = Mutex::new(all().into());
    let failed = Mutex::new(Vec::new());
    let next = || waiting.lock().unwrap().pop_front();
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                while let Some(parser) = next() {
                    match torture(&parser) {
                        Ok(read) => println!("{}: {read} inputs", parser.name),
                        Err(why) => failed
                            .lock()
                            .unwrap()
                            .push(format!("{}: {why}", parser.name)),
                    }
                }
            });
        }
    });
    let failed = failed.into_inner().unwrap();
    assert!(failed.is_empty(), "{}", failed.join("\n"));
    let peak = peak_memory_kib();
    println!("at most {} MiB", peak >> 10);
    assert!(peak < MOST_MEMORY_KIB, "{peak} KiB");
}

fn peak_memory_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok())
        .unwrap_or(0)
}
