//! A suite: benchmarks under one name in one executable.
//!
//! Invariant: a suite with a broken declaration measures nothing; it says what is wrong and ends.

mod by_hand;

use std::collections::BTreeSet;
use std::fmt;
use std::process::ExitCode;

use fabench_record::ProfileKind;

use crate::alloc;
use crate::bencher::Bencher;
use crate::benchmark::Benchmark;
use crate::failure::Failure;
use crate::protocol::{Declaration, Hello, PROTOCOL_VERSION};
use crate::worker::{self, Catalogue};

type Body = Box<dyn Fn(&mut Bencher) -> Result<(), Failure>>;

/// Benchmarks, and what `fabench` must know about the executable that holds them.
#[must_use = "a suite does nothing until `.main()` is called on it"]
pub struct Suite {
    name: String,
    version: String,
    allocator: String,
    benchmarks: Vec<(Benchmark, Body)>,
}

impl Suite {
    /// A suite without benchmarks; `version` is mostly `env!("CARGO_PKG_VERSION")`.
    pub fn new(name: impl Into<String>, version: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            version: version.into(),
            allocator: "system".into(),
            benchmarks: Vec::new(),
        }
    }

    /// Names the global allocator, part of what makes two runs comparable; `system` unless said.
    pub fn allocator(mut self, name: impl Into<String>) -> Self {
        self.allocator = name.into();
        self
    }

    /// Adds a benchmark. `body` sets up, calls one measuring method of the [`Bencher`] once, and verifies;
    /// an error fails the benchmark, and its times are not used.
    pub fn add(
        mut self,
        benchmark: Benchmark,
        body: impl Fn(&mut Bencher) -> Result<(), Failure> + 'static,
    ) -> Self {
        self.benchmarks.push((benchmark, Box::new(body)));
        self
    }

    /// Serves `fabench` if it started this process; otherwise says what this executable is.
    ///
    /// Exit codes: 0 fine, 1 a broken suite or channel, 2 unknown arguments.
    pub fn main(self) -> ExitCode {
        let catalogue = match SuiteCatalogue::new(self) {
            Ok(catalogue) => catalogue,
            Err(problem) => return complain(&problem),
        };
        match worker::from_environment() {
            Ok(None) => by_hand::answer(&catalogue, std::env::args().skip(1)),
            Ok(Some(stream)) => match worker::serve(stream, &catalogue) {
                Ok(()) => ExitCode::SUCCESS,
                Err(failure) => complain(failure.message()),
            },
            Err(error) => complain(&error.to_string()),
        }
    }
}

impl fmt::Debug for Suite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Suite({} {}, {} benchmarks)",
            self.name,
            self.version,
            self.benchmarks.len()
        )
    }
}

fn complain(problem: &str) -> ExitCode {
    use std::io::Write;
    // Nobody is left to tell if standard error is closed.
    let _ = writeln!(std::io::stderr(), "error: {problem}");
    ExitCode::FAILURE
}

/// A checked suite.
struct SuiteCatalogue {
    suite: Suite,
    declarations: Vec<Declaration>,
    counts_allocations: bool,
}

impl SuiteCatalogue {
    fn new(suite: Suite) -> Result<Self, String> {
        let counts_allocations = alloc::installed();
        let mut declarations: Vec<Declaration> = Vec::with_capacity(suite.benchmarks.len());
        let mut seen = BTreeSet::new();
        for (benchmark, _) in &suite.benchmarks {
            let declaration = benchmark
                .declare(counts_allocations)
                .map_err(|problem| format!("suite {}: {problem}", suite.name))?;
            if !seen.insert(declaration.id.clone()) {
                return Err(format!(
                    "suite {}: two benchmarks are called `{}`; give each its own name",
                    suite.name, declaration.id
                ));
            }
            declarations.push(declaration);
        }
        Ok(Self {
            suite,
            declarations,
            counts_allocations,
        })
    }
}

impl Catalogue for SuiteCatalogue {
    fn hello(&self) -> Hello {
        Hello {
            protocol: PROTOCOL_VERSION,
            suite: self.suite.name.clone(),
            version: self.suite.version.clone(),
            toolchain: env!("FABENCH_TOOLCHAIN").into(),
            allocator: self.suite.allocator.clone(),
            counts_allocations: self.counts_allocations,
            profiles: if self.counts_allocations {
                ProfileKind::ALL.to_vec()
            } else {
                vec![ProfileKind::Cpu]
            },
        }
    }

    fn declarations(&self) -> &[Declaration] {
        &self.declarations
    }

    fn run(&self, index: usize, bencher: &mut Bencher) -> Result<(), Failure> {
        (self.suite.benchmarks[index].1)(bencher)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_benchmarks_of_one_name_are_refused() {
        let suite = Suite::new("s", "1")
            .add(Benchmark::new("a/b", "b"), |_| Ok(()))
            .add(Benchmark::new("a/b", "b"), |_| Ok(()));
        let problem = SuiteCatalogue::new(suite).err().unwrap();
        assert!(problem.contains("`a/b`"), "{problem}");
    }
}
