//! The plain-HTTP side: request heads, checks before an upgrade, small answers. Invariant: nothing
//! is spent on a peer before its head is whole, within bounds, and in time.

mod admission;
mod head;
mod response;
mod routes;
mod upgrade;

pub(super) use head::{HeadError, RequestHead, read_head};
pub(super) use response::Response;
pub(super) use routes::{Route, route};
pub(super) use upgrade::Upgrade;
