//! The campaign `soak`: 100 000 agents and 1 000 clients: memory stays flat, nobody is cut off.

use super::campaign::Campaign;
use super::program::Program;

const PROGRAM: Program = Program {
    package: "freeagentics",
    example: "torture",
    arguments: &["soak"],
};

/// See above.
pub(crate) const CAMPAIGN: Campaign = Campaign {
    name: "soak",
    what: "100 000 agents and 1 000 clients: memory stays flat, nobody is cut off",
    share: 4,
    prepare: || PROGRAM.build(),
    run: |setting| PROGRAM.run(setting),
};
