//! The server that is measured: our own gateway, started for it, or one that runs already.

use fabench_harness::{Failure, ensure};
use freeagentics::gateway::client::Client;
use tokio::runtime::Runtime;

use super::connection::{Connection, Wire};
use super::given::Given;
use crate::services::gateway::GatewayProcess;

/// Topic of the broadcast on our own gateway, where nobody else publishes.
const TOPIC: &str = "measured";

/// The server that is measured; our own ends with this value.
#[derive(Debug)]
pub(crate) enum Server {
    Own(GatewayProcess),
    Given(Given),
}

impl Server {
    /// Finds the given server, or starts our own.
    pub(crate) fn start(runtime: &Runtime) -> Result<Self, Failure> {
        match Given::from_environment()? {
            None => Ok(Self::Own(GatewayProcess::start()?)),
            Some(given) => Ok(Self::Given(runtime.block_on(given.probe())?)),
        }
    }

    /// A connection that is ready to be echoed.
    pub(crate) async fn connect(&self) -> Result<Connection, Failure> {
        match self {
            Self::Own(gateway) => own(gateway).await,
            Self::Given(given) => given.connect().await,
        }
    }

    /// A connection that is ready to subscribe and publish.
    pub(super) async fn connect_to_topics(&self) -> Result<Connection, Failure> {
        match self {
            Self::Own(gateway) => own(gateway).await,
            Self::Given(given) => given.connect_to_topics().await,
        }
    }

    /// What the broadcast goes to.
    pub(super) fn topic(&self) -> &str {
        match self {
            Self::Own(_) => TOPIC,
            Self::Given(given) => given.topic(),
        }
    }

    /// Resident bytes of our own server's process; those of a given one cannot be seen from here.
    pub(crate) fn resident_bytes(&self) -> Result<Option<u64>, Failure> {
        match self {
            Self::Own(gateway) => gateway.resident_bytes().map(Some),
            Self::Given(_) => Ok(None),
        }
    }
}

async fn own(gateway: &GatewayProcess) -> Result<Connection, Failure> {
    let mut client = Client::connect(gateway.address, None).await?;
    let welcome = client.next_text().await?;
    ensure(welcome.contains(r#""type":"welcome""#), || {
        format!("the first message is no welcome: {welcome}")
    })?;
    Ok(Connection::new(client, Wire::Binary))
}
