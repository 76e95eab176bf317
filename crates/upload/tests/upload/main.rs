//! The crate against real sockets: the emulator, and servers that misbehave as it cannot.

#![cfg(test)]
#![allow(clippy::unwrap_used, reason = "a test that cannot start has failed")]

mod client;
mod fetch;
mod log;
mod memory;
mod pace;
mod reading;
mod server;
mod session;
mod support;
