//! Sets the picture of a group through GREEN-API, and says truthfully whether it was set.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use upload::{ApiUrl, ChatId, Client, Instance, Token};
//!
//! let instance: Instance = "3100000001".parse()?;
//! let token = Token::new(std::env::var("GREEN_API_TOKEN")?)?;
//! let client = Client::builder(instance, token)
//!     .api_url("https://3100.api.green-api.com".parse::<ApiUrl>()?)
//!     .build()?;
//!
//! let chat: ChatId = "-10000000000000".parse()?;
//! let picture = std::fs::read("avatar.jpg")?;
//! let avatar = client.set_group_picture(&chat, picture).await?;
//! println!("{}", avatar.url.as_deref().unwrap_or("set"));
//! # Ok(())
//! # }
//! ```
//!
//! Without a runtime it is the same with [`blocking::Client`].
//!
//! # What is promised
//!
//! * HTTP 200 is not success: only `"setGroupPicture": true` is. Every other answer is an [`Error`]
//!   with a [`kind`](Error::kind) that says who can do something about it.
//! * The token is in no error, no `Debug` text and no returned value, also where the server echoes
//!   it.
//! * Redirects are not followed, no Referer and no cookies are sent; `http://` is for loopback
//!   only.
//! * The picture behind a `urlAvatar` is fetched from known hosts only, never from a private network,
//!   with a cap on size and time: [`Client::fetch_avatar`].
//! * One call of a [`Client`] is one request. It ends within [`ClientBuilder::timeout`], whatever
//!   the server does, and reads at most 64 KiB of the answer.
//!
//! For more than a few groups there is [`Session`]: it paces the requests of an instance, repeats
//! what is worth repeating within bounds, stops when every other group would fare the same, and
//! settles unknown outcomes by reading the avatar back.
//!
//! # What is logged
//!
//! Through [`tracing`], under the target `upload`, and never with the token: a span `set` a picture
//! (`instance`, `chat`), in it each request (`method`, `status`), each send (`attempt`, `kind`), each
//! pause (`wait_ms`) and how it ended; where the instance is slowed down and why the session stopped.
//! Outcomes are at the level of information, what stops all is a warning, the rest is for debugging.
//!
//! The method is described at <https://green-api.com/v3/docs/api/groups/SetGroupPicture>.

mod answer;
mod api_url;
pub mod blocking;
mod breaker;
mod budget;
mod chance;
mod chat;
mod client;
mod error;
mod fetch;
mod group;
mod instance;
mod job;
mod kind;
mod lane;
mod limit;
mod messenger;
mod multipart;
mod redact;
mod rejection;
mod report;
mod request;
mod retry;
mod retry_after;
mod session;
mod text;
mod tls;
mod token;
mod worker;

pub use answer::Avatar;
pub use api_url::{ApiUrl, InvalidApiUrl};
pub use chat::{ChatId, InvalidChatId};
pub use client::{Client, ClientBuilder};
pub use error::Error;
pub use fetch::FetchError;
pub use group::{Editing, Group, State};
pub use instance::{Instance, InvalidInstance};
pub use kind::ErrorKind;
pub use messenger::{Messenger, UnknownMessenger};
pub use rejection::Rejection;
pub use report::{Attempt, OnUnknown, ReadBack, Report, Settled};
pub use retry::{Retries, Retry, Rule};
pub use retry_after::RetryAfter;
pub use session::{Session, SessionBuilder, Slot};
pub use token::{InvalidToken, Token};
