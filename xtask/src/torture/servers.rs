//! The campaign `servers`: servers killed, paused and cut off.

use super::campaign::Campaign;
use super::program::{self, Program};

const PROGRAM: Program = Program {
    example: "torture",
    arguments: &["servers"],
};

/// See above.
pub(crate) const CAMPAIGN: Campaign = Campaign {
    name: "servers",
    what: "PostgreSQL and NATS killed and started again, paused, and cut off from the store and the bus",
    share: 2,
    prepare: program::build,
    run: |setting| PROGRAM.run(setting),
};
