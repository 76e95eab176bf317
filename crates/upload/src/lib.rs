//! Sets the picture of a group through GREEN-API, and reports reliably whether it was set.
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
//! Without a runtime, use [`blocking::Client`].
//!
//! # What is promised
//!
//! * HTTP 200 is not success: only `"setGroupPicture": true` is. Every other answer is an [`Error`].
//!   Its [`kind`](Error::kind) has a [`Policy`], which says what happened, what helps, who is affected
//!   and whether the picture may have been set.
//! * The token is in no error, no `Debug` text and no returned value, even if the server echoes it.
//! * Redirects are not followed, and no Referer and no cookies are sent; `http://` is for loopback
//!   only.
//! * What ends before a connection was made (DNS, a proxy's CONNECT, the TLS handshake) was not sent,
//!   and says so; a proxy's own refusal has a name of its own.
//! * The picture behind a `urlAvatar` is fetched only from known hosts, never from a private network,
//!   and within limits of size and time: [`Client::fetch_avatar`].
//! * Photos by URL are fetched by the same guard, from any host of the public internet:
//!   [`PhotoFetcher`].
//! * One call of a [`Client`] is one request. It ends within [`ClientBuilder::timeout`], whatever the
//!   server does, and reads at most 64 KiB of the answer; 4 MiB of a list
//!   of participants or chats.
//!
//! For more than a few groups there is [`Session`]. It paces the requests of an instance, retries
//! within bounds, stops when every other group would fail in the same way, and settles unknown
//! outcomes by reading the avatar back.
//!
//! # Beside another use of `reqwest`
//!
//! A program compiles `reqwest` 0.12 once, with the features that all its crates ask for. This crate asks for rustls with `ring` and
//! for no root certificates, and gives its own clients their TLS. So `reqwest::Client::new()` elsewhere in the program works as before,
//! and no provider of cryptography is installed for the process. A `reqwest` of another version shares nothing with this one.
//!
//! # What is logged
//!
//! Through [`tracing`], under the target `upload`, and never with the token: a span `set` for each
//! picture (`instance`, `chat`), and in it each request (`method`, `status`), each attempt
//! (`attempt`, `kind`), each backoff (`wait_ms`) and the outcome; also where the instance is slowed
//! down, and why the session stopped. Outcomes have the level INFO, a stop has WARN, the rest has
//! DEBUG.
//!
//! The method is described at <https://green-api.com/v3/docs/api/groups/SetGroupPicture>.

mod account;
mod answer;
mod api_url;
mod avatar;
pub mod blocking;
mod body;
mod breaker;
mod chat;
mod client;
mod error;
mod fetch;
mod group;
mod group_chat;
mod instance;
mod jitter;
mod kind;
mod messenger;
mod multipart;
mod policy;
mod rate_limit;
mod redact;
mod rejection;
mod report;
mod request;
mod request_queue;
mod retry;
mod retry_after;
mod retry_budget;
mod session;
mod text;
mod tls;
mod token;
mod transport;
mod worker;

pub use account::{Account, State};
pub use api_url::{ApiUrl, InvalidApiUrl};
pub use avatar::Avatar;
pub use chat::{ChatId, ChatIdForm, InvalidChatId};
pub use client::{Client, ClientBuilder};
pub use error::Error;
pub use fetch::{FetchError, PhotoFetcher, PhotoHosts};
pub use group::{Editing, Group, Participant, Role};
pub use group_chat::GroupChat;
pub use instance::{Instance, InvalidInstance};
pub use kind::ErrorKind;
pub use messenger::{
    AvatarIdentity, Limits, Messenger, MessengerSpec, Oversize, PictureLimits, UnknownMessenger,
};
pub use policy::{Outcome, Policy, Recovery, Scope};
pub use rejection::Rejection;
pub use report::{Attempt, OnUnknown, ReadBack, Settled, UploadReport};
pub use retry::{Retry, RetryClass, RetryConfig};
pub use retry_after::RetryAfter;
pub use session::{Session, SessionBuilder, Slot};
pub use token::{InvalidToken, Token};
