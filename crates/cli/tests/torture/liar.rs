//! A suite that lies, stalls, floods, fills the memory and dies, as it is told by `LIAR`; some of its benchmarks are honest.
//!
//! `LIAR` holds what each benchmark does, a line each: its name, a misdeed, and the moment. A misdeed that ends the
//! benchmark is told in the result; the others must not be seen there.

use std::io::Write as _;
use std::net::Shutdown;
use std::os::fd::{BorrowedFd, FromRawFd as _, OwnedFd};
use std::os::unix::net::UnixStream;
use std::process::{Command, ExitCode, Stdio};
use std::time::Duration;

use fabench_harness::{Bencher, Benchmark, Failure, Suite, black_box};

/// Variable that makes of this program the suite.
pub(crate) const LIAR: &str = "LIAR";
/// The channel's descriptor, as fabench passes it down.
const CHANNEL: i32 = 3;

/// What a benchmark may do, and what the result must say of it; nothing where it is to be borne.
pub(crate) const MISDEEDS: [(&str, &[&str]); 23] = [
    ("panics", &["the liar panics"]),
    ("errs", &["the liar errs"]),
    ("aborts", &["SIGABRT"]),
    ("exits", &["exit status: 0"]),
    ("is-killed", &["SIGKILL"]),
    ("overflows-stack", &["SIGABRT", "SIGSEGV"]),
    ("hangs", &["no answer within"]),
    ("stops", &["no answer within"]),
    ("fills-memory", &["more than the limit of 192 MiB"]),
    ("child-fills-memory", &["more than the limit of 192 MiB"]),
    ("sends-garbage", &["no message of the worker protocol"]),
    ("sends-half", &["no message of the worker protocol"]),
    ("sends-binary", &["no message of the worker protocol"]),
    (
        "sends-endless-line",
        &["does it write to the wrong descriptor?", "no answer within"],
    ),
    ("sends-other-version", &["broke the worker protocol"]),
    ("sends-other-id", &["broke the worker protocol"]),
    ("sends-wrong-counts", &["broke the worker protocol"]),
    ("sends-end", &["broke the worker protocol"]),
    ("ends-channel", &["ended early"]),
    // Its library holds the channel by another descriptor, too.
    ("closes-channel", &["no answer within"]),
    ("floods", &[]),
    ("leaves-children", &[]),
    ("leaves-files", &[]),
];

/// The suite.
pub(crate) fn main(told: &str) -> ExitCode {
    let mut suite = Suite::new("liar", "1");
    for line in told.lines() {
        let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
        let name = words.first().cloned().unwrap_or_default();
        suite = suite.add(
            Benchmark::new(format!("liar/{name}"), "may lie"),
            move |b| misbehave(b, &words[1..]),
        );
    }
    suite.main()
}

/// Pairs of a misdeed and its moment: `before`, `within` or `after` measuring.
fn misbehave(b: &mut Bencher, words: &[String]) -> Result<(), Failure> {
    let due = |moment: &str| -> Result<(), Failure> {
        for pair in words.chunks(2) {
            if pair.get(1).is_some_and(|found| found == moment) {
                commit(&pair[0])?;
            }
        }
        Ok(())
    };
    due("before")?;
    let mut calls = 0_u32;
    b.try_iter(|| {
        calls += 1;
        if calls == 3 {
            due("within")?;
        }
        black_box((0..2_000_u64).fold(0, |sum: u64, step| black_box(sum ^ step)));
        Ok::<_, Failure>(())
    })?;
    due("after")
}

fn commit(misdeed: &str) -> Result<(), Failure> {
    match misdeed {
        "panics" => panic!("the liar panics"),
        "errs" => return Err(Failure::new("the liar errs")),
        "aborts" => std::process::abort(),
        "exits" => std::process::exit(0),
        "is-killed" => signal("KILL"),
        "overflows-stack" => drop(deeper(0)),
        "hangs" => rest(),
        "stops" => signal("STOP"),
        "fills-memory" => hold(),
        "child-fills-memory" => {
            let own = std::env::current_exe()?;
            Command::new(own).env(LIAR, "hold").spawn()?.wait()?;
        }
        "sends-garbage" => send(b"Hello World\n"),
        "sends-half" => send(b"{\"reply\":\"rou"),
        "sends-binary" => send(b"\x00\xff\xfe\n"),
        "sends-endless-line" => send(&vec![b'x'; 20 << 20]),
        "sends-other-version" => send(b"{\"reply\":\"hello\",\"protocol\":99,\"suite\":\"s\",\"version\":\"1\",\"toolchain\":\"t\",\"allocator\":\"a\",\"counts_allocations\":false}\n"),
        "sends-other-id" => send(b"{\"reply\":\"round\",\"benchmark\":\"other/one\",\"round\":{\"iterations\":5,\"wall_ns\":[1],\"cpu_ns\":[1]}}\n"),
        "sends-wrong-counts" => send(b"{\"reply\":\"round\",\"benchmark\":\"liar/bad\",\"round\":{\"iterations\":5,\"wall_ns\":[1,2,3],\"cpu_ns\":[1]}}\n"),
        "sends-end" => send(b"{\"reply\":\"done\",\"benchmark\":\"liar/bad\"}\n"),
        "ends-channel" => {
            // SAFETY: the channel is open as long as this process lives, and is only borrowed to be copied.
            let channel = unsafe { BorrowedFd::borrow_raw(CHANNEL) };
            UnixStream::from(channel.try_clone_to_owned()?).shutdown(Shutdown::Write)?;
            rest();
        }
        "closes-channel" => {
            // SAFETY: the descriptor is open, and whoever owns it is this process, which is to lose it: that is the
            // misdeed. Nothing else is opened in this process before its end that could get the number.
            drop(unsafe { OwnedFd::from_raw_fd(CHANNEL) });
            rest();
        }
        "floods" => {
            let line = "x\u{1b}[31m".repeat(2_000) + "\n";
            for _ in 0..200 {
                std::io::stdout().write_all(line.as_bytes())?;
                std::io::stderr().write_all(line.as_bytes())?;
            }
        }
        "leaves-children" => {
            for daemon in [false, true] {
                let mut command = Command::new(if daemon { "setsid" } else { "sleep" });
                command.args(if daemon { &["sleep", "1000"][..] } else { &["1000"] });
                command.stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
            }
        }
        "leaves-files" => std::fs::write(std::env::temp_dir().join("left"), vec![1; 1 << 20])?,
        other => return Err(Failure::new(format!("there is no misdeed `{other}`"))),
    }
    Ok(())
}

/// What a child that fills the memory does.
pub(crate) fn hold() {
    let held: Vec<Vec<u8>> = (0..512).map(|_| black_box(vec![1; 1 << 20])).collect();
    black_box(&held);
    rest();
}

fn rest() {
    loop {
        std::thread::park_timeout(Duration::from_secs(1_000));
    }
}

fn signal(name: &str) {
    let own = std::process::id().to_string();
    let _ = Command::new("kill").args(["-s", name, &own]).status();
    rest();
}

#[allow(unconditional_recursion, reason = "that is the misdeed")]
fn deeper(depth: u64) -> [u64; 64] {
    let mut frame = black_box([depth; 64]);
    frame[0] = deeper(depth + 1)[1];
    black_box(frame)
}

fn send(mut bytes: &[u8]) {
    // SAFETY: the channel is open as long as this process lives, and is only borrowed for writing.
    let channel = unsafe { BorrowedFd::borrow_raw(CHANNEL) };
    while let Ok(written @ 1..) = rustix::io::write(channel, bytes) {
        bytes = &bytes[written..];
    }
}
