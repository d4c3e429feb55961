//! The campaign `files`: commands that write files, killed at random moments.

use super::campaign::Campaign;
use super::program::Program;

const PROGRAM: Program = Program {
    package: "fabench",
    example: "cli-torture",
    arguments: &["files"],
};

/// See above.
pub(crate) const CAMPAIGN: Campaign = Campaign {
    name: "files",
    what: "commands that write results, baselines, reports and pages, killed at random moments",
    share: 3,
    prepare: || PROGRAM.build(),
    run: |setting| PROGRAM.run(setting),
};
