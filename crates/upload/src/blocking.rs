//! The same clients for programs without a runtime.
//!
//! ```no_run
//! # fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use upload::{ChatId, Instance, Token, blocking::Client};
//!
//! let instance: Instance = "3100000001".parse()?;
//! let client = Client::builder(instance, Token::new(std::env::var("GREEN_API_TOKEN")?)?).build()?;
//!
//! let chat: ChatId = "-10000000000000".parse()?;
//! client.set_group_picture(&chat, std::fs::read("avatar.jpg")?)?;
//! # Ok(())
//! # }
//! ```

mod client;
mod photos;
mod session;

pub use client::{Client, ClientBuilder};
pub use photos::PhotoFetcher;
pub use session::{Session, Slot};
