//! The emulator through its real door: sockets.

#![cfg(test)]

mod client;
mod faults;
mod garbage;
mod life;
mod methods;
mod script;
mod set_group_picture;
