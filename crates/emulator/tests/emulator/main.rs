//! The emulator through its real door: sockets.

mod client;
mod garbage;
mod life;
mod methods;
mod set_group_picture;
