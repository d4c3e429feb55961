//! The campaign `names`: texts that mean something to shells, terminals, pages, comments and file systems.

use super::campaign::Campaign;
use super::program::{self, Program};

const PROGRAM: Program = Program {
    example: "cli-torture",
    arguments: &["names"],
};

/// See above.
pub(crate) const CAMPAIGN: Campaign = Campaign {
    name: "names",
    what: "benchmarks, metrics and units named after what breaks pages, comments, terminals and folders",
    share: 1,
    prepare: program::build,
    run: |setting| PROGRAM.run(setting),
};
