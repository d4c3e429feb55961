//! The campaign `soak`: 100 000 agents and 1 000 clients: memory stays flat, nobody is cut off.

use super::campaign::Campaign;
use super::program::{self, Program};

const PROGRAM: Program = Program {
    example: "torture",
    arguments: &["soak"],
};

/// See above.
pub(crate) const CAMPAIGN: Campaign = Campaign {
    name: "soak",
    what: "100 000 agents and 1 000 clients: memory stays flat, nobody is cut off",
    share: 4,
    prepare: program::build,
    run: |setting| PROGRAM.run(setting),
};
