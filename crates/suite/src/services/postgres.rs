//! A private PostgreSQL cluster as a service: `fabench run --postgres` starts it for the length of a run.

use fabench_harness::Failure;
use freeagentics::store::private_cluster::{ClusterOptions, PrivateCluster};

use super::{say, wait_for_the_end};

/// The argument that makes this executable the keeper of a cluster.
pub(super) const ARGUMENT: &str = "--serve-postgres";

pub(super) fn serve() -> Result<(), Failure> {
    let cluster = PrivateCluster::start(&ClusterOptions::default())?;
    say(&cluster.url());
    wait_for_the_end();
    Ok(())
}
