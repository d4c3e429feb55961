//! What was acknowledged survives `kill -9` of writers and of a pruner. Goes on for longer as `cargo xtask torture --only
//! history`.

use crate::killing::{Scene, torture};
use crate::postgres::cluster;
use crate::support::example;

#[test]
fn nothing_acknowledged_is_lost_in_a_file_when_writers_are_killed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("history.db");
    let place = path.to_str().unwrap();
    let scene = Scene {
        appender: &example("appender"),
        place,
        seed: 1,
        harmed: None,
    };
    let tally = torture(scene, &|kills| kills < 8);
    assert_eq!(tally.kills, 24);
    let connection = rusqlite::Connection::open(&path).unwrap();
    crate::killing::sound_file(&connection);
}

#[test]
fn nothing_acknowledged_is_lost_on_a_server_when_writers_are_killed() {
    let Some(cluster) = cluster() else { return };
    let url = cluster.url();
    let scene = Scene {
        appender: &example("appender"),
        place: &url,
        seed: 1,
        harmed: None,
    };
    let tally = torture(scene, &|kills| kills < 8);
    assert_eq!(tally.kills, 24);
    crate::killing::sound_server(&url);
}
