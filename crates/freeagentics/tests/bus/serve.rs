//! The real binary on a real bus: `freeagentics serve --nats`.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};

use freeagentics::bus::{NatsBus, NatsOptions};
use freeagentics::{AgentId, Command as Order, Message};

use crate::server::Server;
use crate::support::{LONG, eventually, runtime};

fn serve(url: &str, node: &str) -> Child {
    Command::new(env!("CARGO_BIN_EXE_freeagentics"))
        .args(["serve", "--json", "--no-auth", "--listen", "127.0.0.1:0"])
        .args([
            "--agents", "3", "--nats", url, "--node", node, "--bus", "test",
        ])
        .env_remove("FREEAGENTICS_TOKEN")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("starts")
}

/// Killed when the test ends.
struct Killed(Child);

impl Drop for Killed {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// What a server that cannot serve says.
fn refusal(mut child: Child) -> String {
    let status = child.wait().expect("ends");
    assert_eq!(status.code(), Some(1));
    let mut said = String::new();
    let mut stderr = child.stderr.take().expect("piped");
    stderr.read_to_string(&mut said).expect("text");
    said
}

#[test]
fn a_served_world_answers_agents_of_other_machines() {
    let Some(server) = Server::start() else {
        return;
    };
    let mut serving = Killed(serve(&server.url(), "7"));
    let mut line = String::new();
    let stdout = serving.0.stdout.as_mut().expect("piped");
    BufReader::new(stdout).read_line(&mut line).expect("text");
    assert!(line.contains("\"node\":7"), "{line}");

    let here = runtime(1);
    let options = NatsOptions {
        bus: "test".to_owned(),
        ..NatsOptions::new(server.url())
    };
    let _bus = NatsBus::join(&here, options).expect("joins");
    let explorer = AgentId::new(7, 2);
    eventually("the explorer tells what it did", || {
        let reply = here
            .request(explorer, Message::Command(Order::Report))
            .expect("on its way")
            .wait(LONG);
        matches!(reply, Ok(Message::Acted(_)))
    });

    let said = refusal(serve(&server.url(), "7"));
    assert!(said.contains("already claims node 7"), "{said}");
}

#[test]
fn a_bus_that_is_not_there_is_an_error_that_names_it() {
    let said = refusal(serve("nats://me:swordfish@127.0.0.1:1", "7"));
    assert!(
        said.contains("nats://127.0.0.1:1 does not answer"),
        "{said}"
    );
    assert!(!said.contains("swordfish"), "{said}");
}
