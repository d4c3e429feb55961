//! The campaign `gateway`: every misdeed a WebSocket client can commit, beside honest clients and 10 000 idle ones.

use super::campaign::Campaign;
use super::program::{self, Program};

const PROGRAM: Program = Program {
    example: "torture",
    arguments: &["gateway"],
};

/// See above.
pub(crate) const CAMPAIGN: Campaign = Campaign {
    name: "gateway",
    what: "every misdeed a WebSocket client can commit, beside honest clients and 10 000 idle ones",
    share: 4,
    prepare: program::build,
    run: |setting| PROGRAM.run(setting),
};
