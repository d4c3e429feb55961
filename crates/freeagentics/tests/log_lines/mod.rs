//! What this process logs, for tests to read.

use std::fmt::Display;
use std::io::Write;
use std::sync::{Mutex, MutexGuard, OnceLock};
use std::time::{Duration, Instant};

/// How long a line may take to appear, however busy the machine is.
const PATIENCE: Duration = Duration::from_secs(60);

/// Everything that was logged since the first call of [`Log::of_this_process`].
#[derive(Default)]
pub(crate) struct Log(Mutex<Vec<u8>>);

struct Writer(&'static Log);

impl Write for Writer {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.text().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Log {
    /// The one log, which all tests of a process share.
    pub(crate) fn of_this_process() -> &'static Self {
        static LOG: OnceLock<Log> = OnceLock::new();
        static INSTALLED: OnceLock<()> = OnceLock::new();
        let log = LOG.get_or_init(Self::default);
        INSTALLED.get_or_init(|| {
            let lines = tracing_subscriber::fmt()
                .with_ansi(false)
                .with_writer(move || Writer(log))
                .finish();
            tracing::subscriber::set_global_default(lines).expect("nobody else listens");
        });
        log
    }

    /// Waits for a line that says `what` of `whose`.
    #[track_caller]
    pub(crate) fn says(&self, what: &str, whose: impl Display) {
        let whose = whose.to_string();
        let deadline = Instant::now() + PATIENCE;
        loop {
            let text = String::from_utf8_lossy(&self.text()).into_owned();
            let mut lines = text.lines();
            if lines.any(|line| line.contains(what) && line.contains(&whose)) {
                return;
            }
            assert!(
                Instant::now() < deadline,
                "no line says `{what}` of `{whose}`:\n{text}"
            );
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    fn text(&self) -> MutexGuard<'_, Vec<u8>> {
        self.0.lock().expect("no writer panicked")
    }
}
