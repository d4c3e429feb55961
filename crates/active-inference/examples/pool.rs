//! Prints the cost of acquiring and releasing a 50 x 50 `f64` matrix beside plain allocation, under the system allocator
//! and mimalloc, all measured in this one run: `cargo run --release -p active-inference --example pool`.

use std::alloc::{GlobalAlloc, Layout, System};
use std::hint::black_box;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Instant;

use active_inference::pool::MatrixPool;
use mimalloc::MiMalloc;

const SIDE: usize = 50;
const ROUNDS: usize = 60;
const ITERATIONS: u32 = 10_000;

/// Either allocator for matrices, mimalloc for all else, so that one process compares them in turn.
struct Switched;

static USE_SYSTEM: AtomicBool = AtomicBool::new(false);

/// Only what is as large as a matrix is switched: then no block can meet the other allocator's `dealloc`, since the
/// program holds none of that size while it switches.
fn is_switched(layout: Layout) -> bool {
    layout.size() == SIDE * SIDE * size_of::<f64>() && USE_SYSTEM.load(Ordering::Relaxed)
}

// SAFETY: each call goes to one of two sound allocators unchanged, and `dealloc` to the one that `alloc` chose.
unsafe impl GlobalAlloc for Switched {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promises are those that both allocators ask for.
        unsafe {
            if is_switched(layout) {
                System.alloc(layout)
            } else {
                MiMalloc.alloc(layout)
            }
        }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as above.
        unsafe {
            if is_switched(layout) {
                System.alloc_zeroed(layout)
            } else {
                MiMalloc.alloc_zeroed(layout)
            }
        }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: as above; the switch stands as it stood when `pointer` was allocated.
        unsafe {
            if is_switched(layout) {
                System.dealloc(pointer, layout);
            } else {
                MiMalloc.dealloc(pointer, layout);
            }
        }
    }
}

#[global_allocator]
static ALLOCATOR: Switched = Switched;

/// One way to come by a matrix and give it back, with the least time seen in nanoseconds.
struct Contender<'a> {
    name: &'static str,
    system: bool,
    once: Box<dyn Fn() + 'a>,
    least_ns: f64,
}

fn main() -> Result<(), active_inference::pool::PoolError> {
    let pool = MatrixPool::<f64>::new(SIDE, SIDE, 1 << 20)?;
    let mut contenders = [
        contender("pool, acquire", false, || drop(black_box(pool.acquire()))),
        contender("pool, acquire_zeroed", false, || {
            drop(black_box(pool.acquire_zeroed()));
        }),
        contender("system, with_capacity", true, || {
            drop(black_box(Vec::<f64>::with_capacity(SIDE * SIDE)));
        }),
        contender("system, vec![0.0]", true, || {
            drop(black_box(vec![0.0f64; SIDE * SIDE]));
        }),
        contender("mimalloc, with_capacity", false, || {
            drop(black_box(Vec::<f64>::with_capacity(SIDE * SIDE)));
        }),
        contender("mimalloc, vec![0.0]", false, || {
            drop(black_box(vec![0.0f64; SIDE * SIDE]));
        }),
    ];
    for threads in [1, 2] {
        contenders
            .iter_mut()
            .for_each(|contender| contender.least_ns = f64::MAX);
        if threads == 1 {
            for _ in 0..ROUNDS {
                contenders.iter_mut().for_each(Contender::round);
            }
            println!("{SIDE} x {SIDE} f64, acquire and release, least of {ROUNDS} rounds in turn:");
            for Contender { name, least_ns, .. } in &contenders {
                println!("  {name:24} {least_ns:8.1} ns");
            }
        } else {
            println!("\n{threads} threads at once, each, least of {ROUNDS} rounds:");
            println!(
                "  {:24} {:8.1} ns",
                "pool, acquire",
                together(threads, || drop(black_box(pool.acquire())))
            );
            for system in [true, false] {
                USE_SYSTEM.store(system, Ordering::Relaxed);
                let name = if system {
                    "system, with_capacity"
                } else {
                    "mimalloc, with_capacity"
                };
                let plain = || drop(black_box(Vec::<f64>::with_capacity(SIDE * SIDE)));
                println!("  {name:24} {:8.1} ns", together(threads, plain));
            }
            USE_SYSTEM.store(false, Ordering::Relaxed);
        }
    }
    println!("\n{:?}", pool.stats());
    Ok(())
}

fn contender<'a>(name: &'static str, system: bool, once: impl Fn() + 'a) -> Contender<'a> {
    Contender {
        name,
        system,
        once: Box::new(once),
        least_ns: f64::MAX,
    }
}

impl Contender<'_> {
    fn round(&mut self) {
        USE_SYSTEM.store(self.system, Ordering::Relaxed);
        self.least_ns = self.least_ns.min(time_ns(&self.once));
        USE_SYSTEM.store(false, Ordering::Relaxed);
    }
}

fn time_ns(once: &(impl Fn() + ?Sized)) -> f64 {
    let started = Instant::now();
    (0..ITERATIONS).for_each(|_| once());
    started.elapsed().as_secs_f64() * 1e9 / f64::from(ITERATIONS)
}

/// The least time of one call while `threads` threads all make such calls.
fn together(threads: usize, once: impl Fn() + Sync) -> f64 {
    thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|_| scope.spawn(|| (0..ROUNDS).map(|_| time_ns(&once)).fold(f64::MAX, f64::min)))
            .collect();
        workers
            .into_iter()
            .filter_map(|worker| worker.join().ok())
            .fold(0.0, f64::max)
    })
}
