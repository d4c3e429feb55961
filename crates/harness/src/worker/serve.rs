//! The worker's life: hello, perhaps a list, one benchmark, end.

use std::any::Any;
use std::os::unix::net::UnixStream;
use std::panic::{AssertUnwindSafe, catch_unwind};

use rustix::thread::{CpuSet, sched_setaffinity};

use super::containment;
use super::link::Link;
use super::session::Session;
use crate::bencher::Bencher;
use crate::failure::Failure;
use crate::protocol::{Command, Declaration, Hello, Reply, Start};

/// What a suite offers to the worker.
pub(crate) trait Catalogue {
    fn hello(&self) -> Hello;
    fn declarations(&self) -> &[Declaration];
    /// Runs the benchmark that was declared at `index`.
    fn run(&self, index: usize, bencher: &mut Bencher) -> Result<(), Failure>;
}

/// Serves the tool until the process has measured one benchmark or the tool has gone.
///
/// # Errors
/// When the channel breaks.
pub(crate) fn serve(stream: UnixStream, catalogue: &dyn Catalogue) -> Result<(), Failure> {
    let commands = containment::watch(stream.try_clone()?)?;
    let served = answer(Link::new(commands, Box::new(stream)), catalogue);
    containment::end_children();
    served
}

fn answer(mut link: Link, catalogue: &dyn Catalogue) -> Result<(), Failure> {
    link.send(&Reply::Hello(catalogue.hello()))?;
    loop {
        match link.next() {
            Some(Ok(Command::List)) => {
                let benchmarks = catalogue.declarations().to_vec();
                link.send(&Reply::Benchmarks { benchmarks })?;
            }
            Some(Ok(Command::Start(start))) => return measure(link, start, catalogue),
            Some(Ok(other)) => {
                return refuse(link, format!("the tool sent {other:?} before a start"));
            }
            Some(Err(problem)) => return refuse(link, problem),
            None => return Ok(()),
        }
    }
}

fn measure(link: Link, start: Start, catalogue: &dyn Catalogue) -> Result<(), Failure> {
    let declarations = catalogue.declarations();
    let Some(index) = declarations
        .iter()
        .position(|known| known.id == start.benchmark)
    else {
        return refuse(
            link,
            format!("the suite has no benchmark `{}`", start.benchmark),
        );
    };
    if let Some(core) = start.core
        && let Err(error) = pin_to(core)
    {
        return refuse(link, format!("cannot pin to core {core}: {error}"));
    }
    let mut bencher = Bencher::new(Session::new(link, start, &declarations[index]));
    let returned = catch_unwind(AssertUnwindSafe(|| catalogue.run(index, &mut bencher)))
        .unwrap_or_else(|panic| Err(Failure::new(describe(panic.as_ref()))));
    bencher.into_session().conclude(returned)
}

fn refuse(mut link: Link, message: String) -> Result<(), Failure> {
    Ok(link.send(&Reply::Failed { message })?)
}

/// Pins this thread and those that it will start.
fn pin_to(core: u32) -> Result<(), Failure> {
    let core = core as usize;
    if core >= CpuSet::MAX_CPU {
        return Err(Failure::new("there is no such core"));
    }
    let mut cores = CpuSet::new();
    cores.set(core);
    Ok(sched_setaffinity(None, &cores)?)
}

fn describe(panic: &(dyn Any + Send)) -> String {
    let text = panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    match text {
        Some(text) => format!("it panicked: {text}"),
        None => "it panicked".to_owned(),
    }
}
