//! The campaign `worker`: suites that lie, stall, flood, fill the memory and die.

use super::campaign::Campaign;
use super::program::{self, Program};

const PROGRAM: Program = Program {
    example: "cli-torture",
    arguments: &["worker"],
};

/// See above.
pub(crate) const CAMPAIGN: Campaign = Campaign {
    name: "worker",
    what: "suites whose benchmarks lie, stall, flood, fill the memory and die, several at once",
    share: 1,
    prepare: program::build,
    run: |setting| PROGRAM.run(setting),
};
