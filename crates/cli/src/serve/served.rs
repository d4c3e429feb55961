//! What is served: the dashboard, built anew when the history or the baseline changed.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Instant, SystemTime};

use fabench_history::Location;
use fabench_report::Dashboard;
use jiff::Timestamp;
use tokio::sync::watch;

use crate::config::Config;
use crate::dashboard::{self, Shown, baseline_paths, profile_folders};

/// Seconds after which ages and "this week" are reckoned anew, and a server's history is asked again.
const STALE_SECONDS: u64 = 300;

/// The server's state.
pub(super) struct Served {
    pub(super) config: Config,
    pub(super) address: SocketAddr,
    /// How many watch.
    pub(super) watchers: AtomicUsize,
    /// Becomes true when the server is to end.
    pub(super) stopping: watch::Receiver<bool>,
    shown: Shown,
    begun: Instant,
    cache: Mutex<Option<Cached>>,
}

/// Tells whether something changed: time and length of each file that is shown.
type Stamp = (u64, Vec<Option<(SystemTime, u64)>>);

#[derive(Clone)]
struct Cached {
    stamp: Stamp,
    dashboard: Arc<Dashboard>,
    generation: u64,
}

impl Served {
    pub(super) fn new(
        config: Config,
        shown: Shown,
        address: SocketAddr,
        stopping: watch::Receiver<bool>,
    ) -> Self {
        Self {
            config,
            address,
            watchers: AtomicUsize::new(0),
            stopping,
            shown,
            begun: Instant::now(),
            cache: Mutex::new(None),
        }
    }

    /// The dashboard as of now. Blocks while it is built.
    pub(super) fn dashboard(&self) -> Dashboard {
        Dashboard {
            now: Timestamp::now().to_string(),
            ..(*self.current().dashboard).clone()
        }
    }

    /// A number that grows when something new is to be seen. Blocks while it is looked.
    pub(super) fn generation(&self) -> u64 {
        self.current().generation
    }

    /// One builds, the others wait for it.
    fn current(&self) -> Cached {
        let mut cache = self.cache.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(cached) = &*cache
            && cached.stamp == self.stamp()
        {
            return cached.clone();
        }
        let dashboard = self.build();
        let generation = cache.as_ref().map_or(1, |old| {
            let same = Dashboard {
                now: dashboard.now.clone(),
                ..(*old.dashboard).clone()
            } == dashboard;
            old.generation + u64::from(!same)
        });
        let cached = Cached {
            // Taken after building: opening a database may touch its files.
            stamp: self.stamp(),
            dashboard: Arc::new(dashboard),
            generation,
        };
        *cache = Some(cached.clone());
        cached
    }

    /// What can't be read is said on the page, which goes on being served.
    fn build(&self) -> Dashboard {
        let now = Timestamp::now();
        dashboard::build(&self.config, &self.shown, now).unwrap_or_else(|error| {
            let mut empty = dashboard::empty(&self.config, &self.shown, now);
            empty.notices.push(format!("{error:#}"));
            empty
        })
    }

    fn stamp(&self) -> Stamp {
        let mut files = baseline_paths(&self.shown.baseline_folder(&self.config));
        files.extend(profile_folders(&self.config));
        if let Location::File(path) = &self.shown.history {
            files.push(path.clone());
            files.push(log_of(path));
        }
        let stamps = files.iter().map(|file| {
            let metadata = file.metadata().ok()?;
            Some((metadata.modified().ok()?, metadata.len()))
        });
        (
            self.begun.elapsed().as_secs() / STALE_SECONDS,
            stamps.collect(),
        )
    }
}

/// Where SQLite keeps what is not yet in the file itself.
fn log_of(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push("-wal");
    name.into()
}
