//! Other processes: this test program started again to play a role.

use std::io::{BufRead, BufReader, Lines, Write};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

const ROLE: &str = "STORE_TEST_ROLE";
const ARGUMENT: &str = "STORE_TEST_ARGUMENT";

/// A process that plays a role until it is killed or done.
pub(crate) struct Actor {
    pub(crate) process: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Actor {
    pub(crate) fn start(role: &str, argument: &str) -> Self {
        Self::spawn(&mut Self::command(role, argument))
    }

    /// As [`Self::start`], the first of a process group of its own, with `temporary` as folder for temporary files.
    pub(crate) fn start_in_group(role: &str, argument: &str, temporary: &Path) -> Self {
        let mut command = Self::command(role, argument);
        Self::spawn(command.process_group(0).env("TMPDIR", temporary))
    }

    fn command(role: &str, argument: &str) -> Command {
        let mut command = Command::new(std::env::current_exe().expect("this program"));
        command
            .args(["--exact", "processes::play", "--nocapture"])
            .env(ROLE, role)
            .env(ARGUMENT, argument)
            .stdout(Stdio::piped());
        command
    }

    fn spawn(command: &mut Command) -> Self {
        let mut process = command.spawn().expect("a process");
        let output = process.stdout.take().expect("its output");
        Self {
            process,
            lines: BufReader::new(output).lines(),
        }
    }

    /// The rest of the next line that starts with `word`, or `None` when the process has ended.
    pub(crate) fn hear(&mut self, word: &str) -> Option<String> {
        self.lines
            .by_ref()
            .map_while(Result::ok)
            .find_map(|line| Some(line.strip_prefix(word)?.trim().to_owned()))
    }

    /// `kill -9`, and what it had still said with `word` before.
    pub(crate) fn kill(mut self, word: &str) -> Option<String> {
        self.process.kill().expect("it lives");
        self.process.wait().expect("it ends");
        std::iter::from_fn(|| self.hear(word)).last()
    }
}

/// Says `words` to the process that started this one, at once.
pub(crate) fn say(words: &str) {
    let mut output = std::io::stdout().lock();
    writeln!(output, "\n{words}").expect("somebody listens");
    output.flush().expect("somebody listens");
}

/// Not a test of its own: what an [`Actor`] runs. Alone it has nothing to do.
#[test]
fn play() {
    let Ok(role) = std::env::var(ROLE) else {
        return;
    };
    let argument = std::env::var(ARGUMENT).expect("a role has an argument");
    match role.as_str() {
        "hold a store" => crate::shared_file::hold(&argument),
        "write snapshots" => crate::kill::write_snapshots(&argument),
        "hold a cluster" => crate::cluster::hold(),
        other => panic!("no role {other}"),
    }
}
