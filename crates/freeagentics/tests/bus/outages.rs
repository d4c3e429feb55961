//! The server paused or cut off while runtimes are joined: requests end in time, and everything flows again by itself.
//! (`nats` kills it.)

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use freeagentics::bus::{Delivery, NatsBus, NatsOptions};
use freeagentics::{AgentId, RequestError, Runtime, SendError};

use crate::proxy::{Proxy, Way};
use crate::server::Server;
use crate::support::{Checker, LONG, eventually, numbered, runtime};

const REQUEST: Duration = Duration::from_millis(300);
/// Beyond stated times, on a busy machine.
const SLACK: Duration = Duration::from_secs(20);

/// Two runtimes; the one that sends has a way of its own to the server.
struct Pair {
    sender: Runtime,
    bus: NatsBus,
    _receiver: (Runtime, NatsBus),
    checker: Checker,
    to: AgentId,
    sent: u64,
}

impl Pair {
    fn join(server: &Server, proxy: &Proxy, delivery: Delivery) -> Self {
        let options = |port: u16| NatsOptions {
            delivery,
            request_timeout: REQUEST,
            ..NatsOptions::new(format!("nats://127.0.0.1:{port}"))
        };
        let receiver = runtime(2);
        let checker = Checker::default();
        let to = receiver.spawn(checker.clone()).expect("room");
        let receivers_bus = NatsBus::join(&receiver, options(server.port())).expect("joins");
        let sender = runtime(1);
        let bus = NatsBus::join(&sender, options(proxy.port())).expect("joins");
        Self {
            sender,
            bus,
            _receiver: (receiver, receivers_bus),
            checker,
            to,
            sent: 0,
        }
    }

    fn send(&mut self, count: u64) {
        for _ in 0..count {
            self.sender
                .send(self.to, numbered(self.sent))
                .expect("room");
            self.sent += 1;
        }
    }

    fn ask(&self) -> Result<freeagentics::Message, RequestError> {
        let asked = Instant::now();
        let reply = self
            .sender
            .request(self.to, numbered(0))
            .expect("on its way");
        let reply = reply.wait(LONG);
        assert!(asked.elapsed() < REQUEST + SLACK, "{reply:?}");
        reply
    }

    /// While the server is away: a request ends in time, messages are taken.
    fn is_cut_off(&mut self) {
        self.send(1_000);
        let reply = self.ask();
        assert!(
            matches!(reply, Err(RequestError::Send(SendError::Bus { .. }))),
            "{reply:?}"
        );
    }

    fn flows_again(&self) {
        let back = Instant::now();
        eventually("messages arrive", || {
            self.checker.seen.load(Ordering::Acquire) == self.sent
        });
        eventually("a request is answered", || self.ask().is_ok());
        let limit = NatsOptions::new("").longest_recovery() + SLACK;
        assert!(back.elapsed() < limit, "{:?}", back.elapsed());
        assert_eq!(self.checker.wrong.load(Ordering::Acquire), 0);
        self.bus.flush(LONG).expect("all is acknowledged");
        let stats = self.bus.stats();
        assert_eq!((stats.acknowledged, stats.returned), (stats.accepted, 0));
    }
}

fn goes_on_after_outages(delivery: Delivery) {
    let Some(server) = Server::start() else {
        return;
    };
    let threads = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .expect("a thread for the proxy");
    let proxy = threads
        .block_on(Proxy::start(server.port()))
        .expect("a port");
    let mut pair = Pair::join(&server, &proxy, delivery);
    pair.send(1_000);
    pair.flows_again();

    server.pause();
    pair.is_cut_off();
    server.go_on();
    pair.flows_again();

    for way in [Way::Cut, Way::HeldUp, Way::Forgotten] {
        proxy.set(way);
        pair.is_cut_off();
        proxy.set(Way::Open);
        pair.flows_again();
    }
}

#[test]
fn a_bus_goes_on_after_outages_of_its_server() {
    goes_on_after_outages(Delivery::WhileBothLive);
}

#[test]
fn a_bus_with_kept_messages_goes_on_after_outages_of_its_server() {
    goes_on_after_outages(Delivery::Kept);
}
