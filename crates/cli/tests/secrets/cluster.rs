//! A private PostgreSQL with a password.

use freeagentics::store::private_cluster::{ClusterError, ClusterOptions, PrivateCluster};

/// `None`, with a printed reason, where there is no server, unless `FABENCH_REQUIRE_SERVERS=1` makes that a failure.
pub(crate) fn start() -> Option<PrivateCluster> {
    let options = ClusterOptions {
        unsafe_but_quick: true,
        ..ClusterOptions::default()
    };
    match PrivateCluster::start(&options) {
        Ok(cluster) => Some(cluster),
        Err(error @ ClusterError::NotInstalled)
            if std::env::var_os("FABENCH_REQUIRE_SERVERS").is_none_or(|value| value != "1") =>
        {
            println!("skipped: {error}");
            None
        }
        Err(error) => panic!("{error}"),
    }
}
