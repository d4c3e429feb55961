//! The bus on the command line. Invariant: whoever asks for a bus is on it or learns why not; nobody runs
//! alone unknowingly.

use anyhow::Context as _;
use freeagentics::Runtime;
use freeagentics::bus::{Delivery, NatsBus, NatsOptions};

use super::secret::{self, Secret};

/// Which bus to join.
#[derive(Debug, clap::Args)]
pub(crate) struct BusArguments {
    /// Exchange messages with the agents of other machines over this NATS server, such as nats://10.0.0.5:4222; with a password better in the variable
    #[arg(
        long,
        value_name = "URL",
        env = secret::NATS,
        hide_env_values = true
    )]
    nats: Option<Secret>,
    /// Name of the bus: machines with the same name hear each other
    #[arg(
        long = "bus",
        value_name = "NAME",
        default_value = "freeagentics",
        requires = "nats"
    )]
    name: String,
    /// Let the server keep messages on its disk (JetStream) until the receiving machine has taken them
    #[arg(long, requires = "nats")]
    keep: bool,
}

/// Joins the bus that was asked for; the membership ends with the value.
pub(crate) fn join(runtime: &Runtime, arguments: &BusArguments) -> anyhow::Result<Option<NatsBus>> {
    let Some(url) = &arguments.nats else {
        return Ok(None);
    };
    let options = NatsOptions {
        bus: arguments.name.clone(),
        delivery: if arguments.keep {
            Delivery::Kept
        } else {
            Delivery::WhileBothLive
        },
        ..NatsOptions::new(url.reveal())
    };
    let bus = NatsBus::join(runtime, options).context("joining the bus")?;
    Ok(Some(bus))
}
