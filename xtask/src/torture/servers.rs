//! The campaign `servers`: servers killed, paused and cut off.

use super::campaign::Campaign;
use super::program::Program;

const PROGRAM: Program = Program {
    package: "freeagentics",
    example: "torture",
    arguments: &["servers"],
};

/// See above.
pub(crate) const CAMPAIGN: Campaign = Campaign {
    name: "servers",
    what: "PostgreSQL and NATS killed and started again, paused, and cut off from the store and the bus",
    share: 2,
    prepare: || PROGRAM.build(),
    run: |setting| PROGRAM.run(setting),
};
