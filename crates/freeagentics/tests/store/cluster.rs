//! A private cluster leaves nothing behind, however its process is ended.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process_group};
use tempfile::TempDir;

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

/// Ctrl-C in a terminal goes to all of a group: the owner, and initdb while it is at work.
#[test]
fn it_is_gone_after_ctrl_c_at_any_moment() {
    let temporary = TempDir::new().unwrap();
    // The server's user is another when this one is root, and must get there.
    std::fs::set_permissions(temporary.path(), Permissions::from_mode(0o777)).unwrap();
    let entries = || std::fs::read_dir(temporary.path()).unwrap().count();
    for moment in ["the folder is there", "the data is being made", "it runs"] {
        let mut owner = Actor::start_in_group("hold a cluster", "", temporary.path());
        let limit = Instant::now() + Duration::from_secs(60);
        let mut absent = false;
        match moment {
            "it runs" => absent = owner.hear("cluster").as_deref() == Some("absent"),
            _ => {
                let data = moment == "the data is being made";
                while !made(temporary.path(), data) && !absent {
                    assert!(Instant::now() < limit, "nothing is made");
                    absent = owner.process.try_wait().unwrap().is_some();
                }
            }
        }
        if absent {
            println!("skipped: no PostgreSQL server to start");
            return;
        }
        let group = Pid::from_child(&owner.process);
        kill_process_group(group, Signal::INT).unwrap();
        owner.process.wait().unwrap();
        while entries() > 0 {
            assert!(Instant::now() < limit, "{moment}: something is left");
            std::thread::yield_now();
        }
    }
}

/// A folder made by root, say, in which the server's user may not make (or remove) anything.
#[test]
fn it_finds_another_place_than_a_folder_that_is_not_its_users() {
    let temporary = TempDir::new().unwrap();
    std::fs::set_permissions(temporary.path(), Permissions::from_mode(0o555)).unwrap();
    let mut owner = Actor::start_in_group("hold a cluster", "", temporary.path());
    let folder = owner.hear("cluster").expect("a word about it");
    if folder == "absent" {
        println!("skipped: no PostgreSQL server to start");
        return;
    }
    assert!(!Path::new(&folder).starts_with(temporary.path()));
    owner.hear("server").expect("a server");
    owner.kill("");
    let limit = Instant::now() + Duration::from_secs(60);
    while Path::new(&folder).exists() {
        assert!(Instant::now() < limit, "{folder} is still there");
        std::thread::yield_now();
    }
}

/// Whether a cluster's folder is there, or already files in its data.
fn made(temporary: &Path, data: bool) -> bool {
    let mut folders = std::fs::read_dir(temporary).unwrap().flatten();
    folders.any(|folder| !data || folder.path().join("data/global").exists())
}

/// Whether there is such a process.
pub(crate) fn running(process: u32) -> bool {
    Path::new(&format!("/proc/{process}")).exists()
}
