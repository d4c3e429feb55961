//! The campaign `history`: writers and a pruner killed at random, a reader beside them; then the server as well.

use super::campaign::Campaign;
use super::program::{self, Program};

const PROGRAM: Program = Program {
    example: "history_torture",
    arguments: &[],
};

/// See above.
pub(crate) const CAMPAIGN: Campaign = Campaign {
    name: "history",
    what: "writers and a pruner of the history killed at random, a reader beside them, in SQLite and PostgreSQL, which is killed, too",
    share: 3,
    prepare: program::build,
    run: |setting| PROGRAM.run(setting),
};
