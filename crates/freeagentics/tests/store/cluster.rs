//! A private cluster leaves nothing behind, even when its process is killed.

use std::path::Path;
use std::time::{Duration, Instant};

use crate::processes::{Actor, say};
use crate::support::{block_on, quick_cluster};

/// The role of the process that is killed while its cluster runs.
pub(crate) fn hold() {
    let Some(cluster) = quick_cluster(&[]) else {
        say("cluster absent");
        return;
    };
    say(&format!("cluster {}", cluster.folder().display()));
    say(&format!("server {}", cluster.server_pid()));
    block_on(std::future::pending::<()>());
    drop(cluster);
}

#[test]
fn it_is_gone_when_its_process_is_killed() {
    let mut owner = Actor::start("hold a cluster", "");
    let folder = match owner.hear("cluster").expect("a word about it") {
        absent if absent == "absent" => {
            println!("skipped: no PostgreSQL server to start");
            return;
        }
        folder => folder,
    };
    let server = owner.hear("server").expect("a server").parse().unwrap();
    assert!(Path::new(&folder).exists() && running(server));
    owner.kill("");
    let limit = Instant::now() + Duration::from_secs(30);
    while Path::new(&folder).exists() || running(server) {
        assert!(
            Instant::now() < limit,
            "{folder} or {server} is still there"
        );
        std::thread::yield_now();
    }
}

/// Whether there is such a process.
pub(crate) fn running(process: u32) -> bool {
    Path::new(&format!("/proc/{process}")).exists()
}
