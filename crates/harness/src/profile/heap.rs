//! Where memory goes: the stacks of sampled allocations, and which of them are still alive.
//!
//! An allocation is sampled with a chance that grows with its size: on the average one for every so many bytes, each size
//! s with the chance p = 1 − exp(−s / mean). Its weight 1 / p makes the sums unbiased (the method of jemalloc and
//! tcmalloc). A growing reallocation counts as a new allocation of the whole.
//!
//! Called from within the global allocator: what is allocated here is marked by [`INSIDE`] and neither counted nor
//! sampled, so that keeping the books never appears in them.

use std::cell::Cell;
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::{Mutex, MutexGuard, PoisonError};

use fabench_record::{Profile, ProfileKind, Weight};

use super::collect::{Collector, MAX_DEPTH};
use super::names::{self, Symbols};

static ACTIVE: AtomicBool = AtomicBool::new(false);
/// Whether the benchmark is at work, and not the harness around it.
static AT_WORK: AtomicBool = AtomicBool::new(false);
/// Mean of the bytes between two samples.
static MEAN: AtomicU64 = AtomicU64::new(1);
static BOOKS: Mutex<Option<Books>> = Mutex::new(None);

thread_local! {
    /// Whether this thread is busy with the books.
    static INSIDE: Cell<bool> = const { Cell::new(false) };
    /// Bytes until this thread's next sample.
    static LEFT: Cell<f64> = const { Cell::new(0.0) };
    /// State of this thread's random numbers; 0 before the first.
    static RANDOM: Cell<u64> = const { Cell::new(0) };
}

/// What is known of the allocations so far.
#[derive(Debug, Default)]
struct Books {
    stacks: HashMap<Box<[usize]>, usize>,
    weights: Vec<Weight>,
    /// By address: which stack, and the bytes it stands for.
    live: HashMap<usize, (usize, f64)>,
}

/// Sampling is on while this lives.
pub(crate) struct HeapSampling(());

impl HeapSampling {
    /// Starts sampling one allocation in about `bytes_per_sample` bytes; with 1, every one.
    pub(crate) fn start(bytes_per_sample: u64) -> Self {
        let _busy = Busy::begin();
        MEAN.store(bytes_per_sample.max(1), Relaxed);
        *books() = Some(Books::default());
        ACTIVE.store(true, Relaxed);
        Self(())
    }

    /// Stops, and names what was seen during `iterations`; the rest of the profile is the caller's.
    pub(crate) fn stop(self, iterations: u64) -> Profile {
        let _busy = Busy::begin();
        ACTIVE.store(false, Relaxed);
        let books = books().take().unwrap_or_default();
        let mut collector = Collector::default();
        let mut symbols = Symbols::default();
        for (addresses, index) in &books.stacks {
            let functions = names::without_allocator(symbols.resolve(addresses));
            collector.add(names::benchmark_part(functions), books.weights[*index]);
        }
        let (frames, stacks) = collector.finish();
        Profile {
            kind: ProfileKind::Memory,
            iterations,
            cpu_ns: 0,
            bytes_per_sample: MEAN.load(Relaxed),
            live_after_round: Vec::new(),
            iterations_per_round: 0,
            peak_bytes: 0,
            symbols: names::mostly_named(frames.iter()),
            frames,
            stacks,
        }
    }
}

impl Drop for HeapSampling {
    fn drop(&mut self) {
        ACTIVE.store(false, Relaxed);
    }
}

/// Allocations are sampled while one of these lives; what was sampled is followed until it is freed, whenever that is.
#[derive(Debug)]
pub(crate) struct AtWork(());

impl AtWork {
    pub(crate) fn begin() -> Self {
        AT_WORK.store(true, Relaxed);
        Self(())
    }
}

impl Drop for AtWork {
    fn drop(&mut self) {
        AT_WORK.store(false, Relaxed);
    }
}

/// Whether this thread is keeping the books: what it allocates now belongs to nobody.
pub(crate) fn inside() -> bool {
    INSIDE.get()
}

/// Notes an allocation of `bytes` at `address`.
pub(crate) fn allocated(address: usize, bytes: usize) {
    let wanted = ACTIVE.load(Relaxed) && AT_WORK.load(Relaxed);
    if !wanted || address == 0 || bytes == 0 {
        return;
    }
    let mean = MEAN.load(Relaxed) as f64;
    let size = bytes as f64;
    let weight = if mean <= 1.0 {
        1.0
    } else {
        let left = LEFT.get() - size;
        if left > 0.0 {
            LEFT.set(left);
            return;
        }
        LEFT.set(-mean * uniform().ln());
        1.0 / -(-size / mean).exp_m1()
    };
    let _busy = Busy::begin();
    let mut addresses = [0_usize; MAX_DEPTH];
    let mut depth = 0;
    backtrace::trace(|frame| {
        addresses[depth] = frame.ip() as usize;
        depth += 1;
        depth < MAX_DEPTH
    });
    if let Some(books) = books().as_mut() {
        books.note(address, &addresses[..depth], weight, size);
    }
}

/// Notes that the memory at `address` was given back.
pub(crate) fn freed(address: usize) {
    if ACTIVE.load(Relaxed) {
        let _busy = Busy::begin();
        if let Some(books) = books().as_mut() {
            books.forget(address);
        }
    }
}

impl Books {
    fn note(&mut self, address: usize, addresses: &[usize], weight: f64, bytes: f64) {
        let index = match self.stacks.get(addresses) {
            Some(index) => *index,
            None => {
                let index = self.weights.len();
                self.weights.push(Weight::default());
                self.stacks.insert(addresses.into(), index);
                index
            }
        };
        let entry = &mut self.weights[index];
        entry.samples += 1;
        entry.allocations += weight;
        entry.allocated_bytes += weight * bytes;
        // Of an estimate Σ s / p: Σ s² (1 − p) / p² over the samples (Horvitz and Thompson 1952).
        entry.allocated_variance += bytes * bytes * weight * (weight - 1.0);
        entry.live_bytes += weight * bytes;
        entry.peak_bytes = entry.peak_bytes.max(entry.live_bytes);
        // An address that is taken was freed unseen, while somebody kept the books.
        if let Some((before, bytes)) = self.live.insert(address, (index, weight * bytes)) {
            self.end(before, bytes);
        }
    }

    fn forget(&mut self, address: usize) {
        if let Some((index, bytes)) = self.live.remove(&address) {
            self.end(index, bytes);
        }
    }

    fn end(&mut self, index: usize, bytes: f64) {
        let live = &mut self.weights[index].live_bytes;
        *live = (*live - bytes).max(0.0);
    }
}

fn books() -> MutexGuard<'static, Option<Books>> {
    BOOKS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Begins work of the harness on its own behalf: its allocations are neither counted nor sampled.
pub(crate) fn uncounted() -> Busy {
    Busy::begin()
}

/// While it lives, this thread's allocations are nobody's.
#[derive(Debug)]
pub(crate) struct Busy(bool);

impl Busy {
    fn begin() -> Self {
        Self(INSIDE.replace(true))
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        INSIDE.set(self.0);
    }
}

/// A number in (0, 1]: Steele and Vigna's SplitMix64, because any generator with a constructor might allocate.
fn uniform() -> f64 {
    let mut state = RANDOM.get();
    if state == 0 {
        state = std::ptr::from_ref(&BOOKS) as u64 ^ LEFT.with(|left| left.as_ptr() as u64);
    }
    state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    RANDOM.set(state);
    let mut bits = state;
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^= bits >> 31;
    ((bits >> 11) + 1) as f64 / (1_u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uniform_numbers_have_a_logarithm_and_their_mean() {
        let numbers: Vec<f64> = (0..20_000).map(|_| uniform()).collect();
        assert!(numbers.iter().all(|number| *number > 0.0 && *number <= 1.0));
        let mean = numbers.iter().sum::<f64>() / numbers.len() as f64;
        assert!((mean - 0.5).abs() < 0.02, "{mean}");
    }

    #[test]
    fn what_is_freed_is_no_longer_live() {
        let mut books = Books::default();
        books.note(8, &[1, 2], 1.0, 100.0);
        books.note(16, &[1, 2], 1.0, 50.0);
        books.forget(8);
        books.forget(99);
        let weight = books.weights[0];
        assert_eq!((weight.allocated_bytes, weight.live_bytes), (150.0, 50.0));
        assert_eq!((weight.peak_bytes, weight.samples), (150.0, 2));
        // Its end was not seen, but its address is in use again.
        books.note(16, &[3], 2.0, 10.0);
        assert_eq!(books.weights[0].live_bytes, 0.0);
        assert_eq!(books.weights[1].live_bytes, 20.0);
    }
}
