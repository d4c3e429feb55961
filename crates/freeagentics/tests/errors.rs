//! Every error that a user of `freeagentics` can cause, in one snapshot: text, exit code and remedy, to be judged together.
//!
//! `INSTA_UPDATE=always cargo nextest run -p freeagentics every_error` writes it anew. Those of its clients are in
//! docs/protocol.md, and tested as `gateway_door` and `gateway_frames`.

use std::fmt::Write as _;
use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// What is wrong, and the call that meets it.
type Case<'a> = (&'a str, &'a [&'a str]);

fn told(folder: &Path, arguments: &[&str]) -> String {
    let mut child = Command::new(env!("CARGO_BIN_EXE_freeagentics"))
        .args(arguments)
        .current_dir(folder)
        .env_remove("RUST_LOG")
        .env_remove("FREEAGENTICS_TOKEN")
        .env_remove("FREEAGENTICS_NATS_URL")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("freeagentics starts");
    let deadline = Instant::now() + Duration::from_secs(60);
    while child.try_wait().expect("its state").is_none() {
        if Instant::now() > deadline {
            child.kill().expect("it is ended");
            panic!("{arguments:?} is no error: it goes on");
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    let output = child.wait_with_output().expect("its output");
    let code = output.status.code().expect("it ends by itself");
    // What is typed may hold a password; what is answered may not.
    let typed = arguments.join(" ").replace("secret", "PASSWORD");
    let stdout = String::from_utf8_lossy(&output.stdout);
    let stderr = String::from_utf8_lossy(&output.stderr);
    // A line of the log begins with the time.
    let untimed = |line: &str| match line.split_once("Z ERROR ") {
        Some((_, rest)) => format!("TIME ERROR {rest}\n"),
        None => format!("{line}\n"),
    };
    let stderr: String = stderr.lines().map(untimed).collect();
    format!("$ freeagentics {typed}\nexit {code}\n{stdout}{stderr}")
}

#[test]
fn every_error_says_what_where_and_what_to_do() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("its address").to_string();
    // Nobody listens there any more.
    let free = TcpListener::bind("127.0.0.1:0").expect("a port");
    let silent = free.local_addr().expect("its address").to_string();
    drop(free);
    let nats = format!("nats://user:secret@{silent}");
    let postgres = format!("postgres://user:secret@{silent}/agents");
    let folder = tempfile::tempdir().expect("a folder");
    let place = |name: &str| folder.path().join(name);
    fs::create_dir(place("folder")).expect("a folder");
    fs::write(
        place("garbage.db"),
        "this is no database, whatever its name says",
    )
    .expect("a file");
    rusqlite::Connection::open(place("foreign.db"))
        .and_then(|other| other.execute_batch("CREATE TABLE music (title TEXT)"))
        .expect("another program's database");

    let cases: &[Case<'_>] = &[
        ("no command", &[]),
        ("a wrong command", &["sevre"]),
        ("a wrong flag", &["serve", "--agnets", "5"]),
        ("a number that is none", &["serve", "--agents", "many"]),
        (
            "more agents than there are ids",
            &["serve", "--agents", "99999999999"],
        ),
        (
            "a pace that is none",
            &["serve", "--steps-per-second", "NaN"],
        ),
        ("a plan of no steps", &["serve", "--plan", "0"]),
        ("a plan without end", &["serve", "--plan", "99"]),
        (
            "an address that is none",
            &["serve", "--listen", "nonsense"],
        ),
        (
            "an address that is taken",
            &["serve", "--agents", "1", "--listen", &address],
        ),
        ("a short token", &["serve", "--token", "secret"]),
        (
            "a token that is not wanted",
            &["serve", "--token", "0123456789abcdef", "--no-auth"],
        ),
        (
            "no token for strangers",
            &["serve", "--no-auth", "--listen", "0.0.0.0:0"],
        ),
        (
            "an origin that is none",
            &["serve", "--allow-origin", "example.org"],
        ),
        ("no connections", &["serve", "--max-connections", "0"]),
        ("no room for events", &["serve", "--outbox-bytes", "1"]),
        ("no threads", &["serve", "--threads", "0"]),
        ("a node number too large", &["serve", "--node", "70000"]),
        (
            "a bus URL that is none",
            &[
                "serve",
                "--agents",
                "1",
                "--listen",
                "127.0.0.1:0",
                "--nats",
                "http://user:secret@h",
            ],
        ),
        (
            "a bus that is not there",
            &[
                "serve",
                "--agents",
                "1",
                "--listen",
                "127.0.0.1:0",
                "--nats",
                &nats,
            ],
        ),
        (
            "a bus name that is none",
            &[
                "serve",
                "--agents",
                "1",
                "--listen",
                "127.0.0.1:0",
                "--nats",
                &nats,
                "--bus",
                "a b.*",
            ],
        ),
        ("messages kept without a bus", &["serve", "--keep"]),
        ("no store", &["snapshot"]),
        (
            "nobody to keep",
            &["snapshot", "--agents", "0", "--store", "new.db"],
        ),
        (
            "a store in a folder that is not there",
            &["snapshot", "--agents", "1", "--store", "gone/new.db"],
        ),
        (
            "a folder as a store",
            &["snapshot", "--agents", "1", "--store", "folder"],
        ),
        (
            "a store that is no database",
            &["restore", "--store", "garbage.db"],
        ),
        (
            "a store of another program",
            &["restore", "--store", "foreign.db"],
        ),
        (
            "a store that is not there",
            &["restore", "--store", "gone.db"],
        ),
        (
            "a store URL of another kind",
            &["restore", "--store", "mysql://user:secret@h/d"],
        ),
        (
            "a store URL that is none",
            &["restore", "--store", "postgres://user:secret@:port/d"],
        ),
        (
            "a store whose server is not there",
            &["restore", "--store", &postgres],
        ),
    ];
    let mut all = String::new();
    for (what, arguments) in cases {
        let _ = writeln!(all, "## {what}\n{}", told(folder.path(), arguments));
    }
    assert!(!all.contains("secret"), "a password is printed:\n{all}");
    let root = folder.path().canonicalize().expect("it is there");
    for (found, shown) in [
        (format!("{}/", root.display()), ""),
        (address, "TAKEN"),
        (silent.clone(), "SILENT"),
        (silent.replace("127.0.0.1:", ""), "SILENT-PORT"),
    ] {
        all = all.replace(&found, shown);
    }
    insta::assert_snapshot!("errors", all);
}
