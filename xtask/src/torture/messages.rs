//! The campaign `messages`: the runtime's count of messages under load, panics, full mailboxes and sudden ends.

use super::campaign::Campaign;
use super::program::{self, Program};

const PROGRAM: Program = Program {
    example: "torture",
    arguments: &["messages"],
};

/// See above.
pub(crate) const CAMPAIGN: Campaign = Campaign {
    name: "messages",
    what: "the runtime's count of messages under load, panics, full mailboxes and sudden ends",
    share: 2,
    prepare: program::build,
    run: |setting| PROGRAM.run(setting),
};
