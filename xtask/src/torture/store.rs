//! The campaign `store`: processes that keep snapshots of agents killed at random.

use super::campaign::Campaign;
use super::program::{self, Program};

const PROGRAM: Program = Program {
    example: "torture",
    arguments: &["store"],
};

/// See above.
pub(crate) const CAMPAIGN: Campaign = Campaign {
    name: "store",
    what: "processes that keep snapshots of 10 000 agents killed at random, in SQLite and PostgreSQL",
    share: 3,
    prepare: program::build,
    run: |setting| PROGRAM.run(setting),
};
