//! A GREEN-API instance on loopback.
//!
//! It answers [`setGroupPicture`](https://green-api.com/v3/docs/api/groups/SetGroupPicture) and
//! the methods around it over real sockets as the documentation says, keeps the pictures, and
//! remembers what it was asked. Whoever writes a client can test it without an account.
//!
//! ```
//! use std::io::{Read, Write};
//! use std::net::TcpStream;
//!
//! use emulator::{Config, Emulator};
//!
//! # fn main() -> std::io::Result<()> {
//! let emulator = Emulator::start(Config::new().token("t0ken"))?;
//!
//! let mut stream = TcpStream::connect(emulator.address())?;
//! write!(
//!     stream,
//!     "GET /v3/waInstance3100000001/getStateInstance/t0ken HTTP/1.1\r\n\
//!      Host: emulator\r\nConnection: close\r\n\r\n"
//! )?;
//! let mut answer = String::new();
//! stream.read_to_string(&mut answer)?;
//!
//! assert!(answer.ends_with(r#"{"stateInstance":"authorized"}"#));
//! assert_eq!(emulator.requests()[0].status, Some(200));
//! # Ok(())
//! # }
//! ```

mod answer;
mod body;
mod config;
mod content;
mod control;
mod director;
mod emulator;
mod exchange;
mod fault;
mod form;
mod group;
mod instance;
mod messenger;
mod multipart;
mod number;
mod picture;
mod rate;
mod received;
mod reply;
mod route;
mod script;
mod server;
mod state;
mod template;
mod wire;

pub use answer::Documented;
pub use config::Config;
pub use emulator::Emulator;
pub use fault::{Action, Answer, Cut, Delivery, End, Pace, RetryAfter, Upload};
pub use group::{Editing, Group, Role};
pub use messenger::Messenger;
pub use picture::Picture;
pub use received::{Method, Received};
pub use script::{Count, Greeting, InvalidScript, Rule, Script};
pub use state::State;
