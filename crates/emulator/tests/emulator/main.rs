//! The emulator through its real door: sockets.

#![cfg(test)]

mod answers;
mod choice;
mod client;
mod deliveries;
mod fault;
mod garbage;
mod life;
mod methods;
mod script;
mod set_group_picture;
mod uploads;
