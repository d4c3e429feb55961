//! A PostgreSQL server as one that can be harmed.

use freeagentics::store::private_cluster::PrivateCluster;

use super::faults::Victim;

impl Victim for PrivateCluster {
    fn kill(&mut self) {
        self.kill_server();
    }

    fn start_again(&mut self) -> anyhow::Result<()> {
        Ok(PrivateCluster::start_again(self)?)
    }

    fn pause(&mut self) {
        self.pause_server();
    }

    fn go_on(&mut self) {
        self.let_server_go_on();
    }
}
