//! The campaign `files`: commands that write files, killed at random moments.

use super::campaign::Campaign;
use super::program::{self, Program};

const PROGRAM: Program = Program {
    example: "cli-torture",
    arguments: &["files"],
};

/// See above.
pub(crate) const CAMPAIGN: Campaign = Campaign {
    name: "files",
    what: "commands that write results, baselines, reports and pages, killed at random moments",
    share: 3,
    prepare: program::build,
    run: |setting| PROGRAM.run(setting),
};
