//! A runtime for active-inference agents: agents, mailboxes, buses, store and WebSocket gateway.

pub mod gateway;
pub mod store;
