//! The campaign `store`: processes that keep snapshots of agents killed at random.

use super::campaign::Campaign;
use super::program::Program;

const PROGRAM: Program = Program {
    package: "freeagentics",
    example: "torture",
    arguments: &["store"],
};

/// See above.
pub(crate) const CAMPAIGN: Campaign = Campaign {
    name: "store",
    what: "processes that keep snapshots of 10 000 agents killed at random, in SQLite and PostgreSQL",
    share: 3,
    prepare: || PROGRAM.build(),
    run: |setting| PROGRAM.run(setting),
};
