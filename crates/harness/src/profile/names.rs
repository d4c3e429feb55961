//! From addresses to the functions that a person wants to see.
//!
//! Left out: the harness around the benchmark, the start of threads, and the executor between an asynchronous task and
//! what it awaits, so that time in a task is found under the task's own functions.

use std::collections::HashMap;

use fabench_record::Frame;

/// What calls the benchmark and is no part of it.
const HARNESS: &str = "fabench_harness::";
/// The harness's own allocator: the innermost functions of every allocation.
const ALLOCATOR: [&str; 2] = ["fabench_harness::alloc::", "fabench_harness::profile::"];
/// What the compiler puts between a call that allocates and the allocator.
const ALLOCATOR_SHIMS: [&str; 4] = [
    "__rust_alloc",
    "__rust_realloc",
    "__rust_alloc_zeroed",
    "__rustc::__rust_",
];
/// Sources of the harness: functions that were inlined have a short name and a file.
const HARNESS_SOURCES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/");
/// What starts threads and drives tasks, by name.
const PLUMBING: [&str; 13] = [
    "_start",
    "__libc_start_",
    "main",
    "start_thread",
    "__clone",
    "clone3",
    "std::rt::",
    "std::panic::",
    "std::panicking::",
    "core::ops::function::",
    "std::thread::",
    "tokio::runtime::",
    "tokio::task::",
];
/// The same by the file of its source, after the folder of the crate.
const PLUMBING_SOURCES: [&str; 10] = [
    "/library/std/src/rt.rs",
    "/library/std/src/panic",
    "/library/std/src/thread/",
    "/library/std/src/sys/backtrace.rs",
    "/library/std/src/sys/thread/",
    "/library/core/src/ops/function.rs",
    "/library/core/src/panic",
    "/library/alloc/src/boxed.rs",
    "/src/runtime/",
    "/src/task/",
];
/// The crate whose `/src/…` above are meant.
const EXECUTOR: &str = "/tokio-";

/// Names addresses, each once.
#[derive(Debug, Default)]
pub(super) struct Symbols {
    known: HashMap<usize, Vec<Frame>>,
}

impl Symbols {
    /// The functions of a stack of return addresses, innermost first, as outermost first; functions that were inlined
    /// appear like the others.
    pub(super) fn resolve(&mut self, addresses: &[usize]) -> Vec<Frame> {
        let mut functions = Vec::new();
        for address in addresses.iter().rev() {
            let inlined = self.known.entry(*address).or_insert_with(|| name(*address));
            functions.extend(inlined.iter().rev().cloned());
        }
        functions
    }
}

/// The functions at a return address, innermost first.
fn name(address: usize) -> Vec<Frame> {
    let mut found = Vec::new();
    // The call is just before the address to return to.
    let call = address.saturating_sub(1) as *mut std::ffi::c_void;
    backtrace::resolve(call, |symbol| {
        if let Some(name) = symbol.name() {
            found.push(Frame {
                function: format!("{name:#}"),
                file: symbol.filename().map(|path| path.display().to_string()),
                line: symbol.lineno(),
                inlined: true,
            });
        }
    });
    mark_outermost(&mut found);
    if found.is_empty() {
        found.push(Frame {
            function: format!("{address:#x}"),
            ..Frame::default()
        });
    }
    found
}

/// The outermost function at an address is the one that the others were inlined into.
pub(super) fn mark_outermost(at_one_address: &mut [Frame]) {
    if let Some(outermost) = at_one_address.last_mut() {
        outermost.inlined = false;
    }
}

/// Whether the functions have names, at least most of them.
pub(super) fn mostly_named<'a>(frames: impl Iterator<Item = &'a Frame>) -> bool {
    let (mut named, mut all) = (0, 0);
    for frame in frames {
        all += 1;
        named += usize::from(!frame.function.starts_with("0x"));
    }
    named * 2 > all
}

/// Leaves the allocator out of the stack of an allocation (outermost first).
pub(super) fn without_allocator(mut functions: Vec<Frame>) -> Vec<Frame> {
    let is_allocator = |frame: &Frame| {
        let name = bare(&frame.function);
        let file = frame.file.as_deref().unwrap_or("");
        ALLOCATOR
            .iter()
            .chain(&ALLOCATOR_SHIMS)
            .any(|prefix| name.starts_with(prefix))
            || file
                .strip_prefix(HARNESS_SOURCES)
                .is_some_and(|file| file.starts_with("alloc.rs") || file.starts_with("profile/"))
    };
    if let Some(at) = functions.iter().position(is_allocator) {
        functions.truncate(at);
    }
    functions
}

/// Leaves out what is not the benchmark's (outermost first); nothing is left of the harness's own work.
pub(super) fn benchmark_part(functions: Vec<Frame>) -> Vec<Frame> {
    let inside = functions
        .iter()
        .rposition(is_harness)
        .map_or(0, |at| at + 1);
    let mut functions = functions;
    let functions = functions.split_off(inside);
    // What the harness calls in the standard library is its own work, too.
    if inside > 0 && functions.iter().all(is_library) {
        return Vec::new();
    }
    // An executor that runs on its own behalf (looking for work, parking) is time of the executor.
    let tail = functions
        .iter()
        .rposition(|frame| !is_plumbing(frame))
        .map_or(0, |at| at + 1);
    functions
        .into_iter()
        .enumerate()
        .filter(|(at, frame)| *at >= tail || !is_plumbing(frame))
        .map(|(_, frame)| frame)
        .collect()
}

fn is_harness(frame: &Frame) -> bool {
    let file = frame.file.as_deref();
    bare(&frame.function).starts_with(HARNESS)
        || file.is_some_and(|file| file.starts_with(HARNESS_SOURCES))
}

fn is_library(frame: &Frame) -> bool {
    let Some(file) = frame.file.as_deref() else {
        let name = bare(&frame.function);
        return ["core::", "alloc::", "std::"]
            .iter()
            .any(|path| name.starts_with(path));
    };
    ["/library/core/", "/library/alloc/", "/library/std/"]
        .iter()
        .any(|source| file.contains(source))
}

fn is_plumbing(frame: &Frame) -> bool {
    let name = bare(&frame.function);
    let by_name = PLUMBING.iter().any(|prefix| {
        // Names of C functions are whole; a prefix of them may be somebody else's.
        if prefix.ends_with("::") || prefix.ends_with('_') {
            name.starts_with(prefix)
        } else {
            name == *prefix
        }
    });
    by_name
        || frame.file.as_deref().is_some_and(|file| {
            PLUMBING_SOURCES.iter().any(|source| {
                file.contains(source)
                    && (source.starts_with("/library/") || file.contains(EXECUTOR))
            })
        })
}

/// `<T as Trait>::f` and `<T>::f` begin with the type's path.
fn bare(name: &str) -> &str {
    name.trim_start_matches(['<', '&'])
        .trim_start_matches("mut ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stack(names: &[&str]) -> Vec<Frame> {
        let frame = |name: &&str| Frame {
            function: (*name).into(),
            ..Frame::default()
        };
        names.iter().map(frame).collect()
    }

    fn kept(names: &[&str]) -> Vec<String> {
        benchmark_part(stack(names))
            .into_iter()
            .map(|frame| frame.function)
            .collect()
    }

    #[test]
    fn the_harness_around_the_benchmark_is_left_out() {
        let names = [
            "main",
            "std::rt::lang_start",
            "suite::main",
            "fabench_harness::suite::Suite::main",
            "<fabench_harness::bencher::Bencher>::iter",
            "suite::words::{{closure}}",
            "core::str::split",
        ];
        assert_eq!(
            kept(&names),
            ["suite::words::{{closure}}", "core::str::split"]
        );
    }

    #[test]
    fn a_task_stands_on_its_own_functions() {
        let names = [
            "clone3",
            "std::thread::spawn",
            "tokio::runtime::task::raw::poll",
            "core::ops::function::FnOnce::call_once",
            "app::session::{{closure}}",
            "tokio::task::coop::budget",
            "app::parse",
        ];
        assert_eq!(kept(&names), ["app::session::{{closure}}", "app::parse"]);
        let idle = ["clone3", "tokio::runtime::park", "epoll_wait"];
        assert_eq!(kept(&idle), ["epoll_wait"]);
        let executor = ["clone3", "std::thread::spawn", "tokio::runtime::steal"];
        assert_eq!(kept(&executor).last().unwrap(), "tokio::runtime::steal");
        // Functions that were inlined have no path; their files tell.
        let inlined = |function: &str, file: &str| Frame {
            function: function.into(),
            file: Some(file.into()),
            line: None,
            inlined: true,
        };
        let functions = vec![
            inlined(
                "iter<u64>",
                concat!(env!("CARGO_MANIFEST_DIR"), "/src/bencher/mod.rs"),
            ),
            inlined("call<F>", "/rustc/1/library/core/src/ops/function.rs"),
            inlined("poll<F>", "/r/tokio-1.50.0/src/runtime/task/core.rs"),
            inlined("parse", "/home/me/src/task/parse.rs"),
        ];
        let kept = benchmark_part(functions);
        assert_eq!(kept.len(), 1, "{kept:?}");
        assert_eq!(kept[0].function, "parse");
    }

    #[test]
    fn an_allocation_ends_at_who_asked_for_it() {
        let names = [
            "app::load",
            "alloc::vec::Vec::with_capacity",
            "__rust_alloc",
            "<fabench_harness::alloc::Counting<A> as core::alloc::GlobalAlloc>::alloc",
            "fabench_harness::profile::heap::allocated",
        ];
        let names: Vec<_> = without_allocator(stack(&names))
            .into_iter()
            .map(|frame| frame.function)
            .collect();
        assert_eq!(names, ["app::load", "alloc::vec::Vec::with_capacity"]);
    }

    #[test]
    fn this_very_function_has_a_name() {
        let mut addresses = Vec::new();
        backtrace::trace(|frame| {
            addresses.push(frame.ip() as usize);
            true
        });
        let functions = Symbols::default().resolve(&addresses);
        let name = "this_very_function_has_a_name";
        assert!(
            functions.iter().any(|frame| frame.function.contains(name)),
            "{functions:?}"
        );
        assert!(mostly_named(functions.iter()));
        assert!(!mostly_named(stack(&["0x1", "0x2", "main"]).iter()));
    }
}
