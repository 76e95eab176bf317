//! A GREEN-API instance on loopback.
//!
//! It answers [`setGroupPicture`](https://green-api.com/v3/docs/api/groups/SetGroupPicture) and
//! the methods around it over real sockets as the documentation says, keeps the pictures, and
//! remembers the requests. A client can be tested with it without an account.
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
//!
//! # What it answers
//!
//! `POST /v3/waInstance{idInstance}/setGroupPicture/{apiTokenInstance}`, and the same without
//! `/v3`, is checked in this order:
//!
//! | Request | Answer |
//! |---|---|
//! | another path or verb | 404, nginx's page |
//! | another `idInstance` | 403 `Forbidden` |
//! | another token | 401 `Unauthorized` |
//! | more than [`Config::rate`] a second | 429 `Too Many Requests` |
//! | a body over [`Config::body_limit`] | 413, nginx's page |
//! | a [`State`] in which nothing can be set | 400 or 403 with the reason |
//! | a form that is cut short or has no boundary | 500 |
//! | no `chatId`, or one that is not a group's id | 400 `Validation failed`; **its `path` contains the token** |
//! | no part `file` with a file name, or an empty one | 400 `File is empty` |
//! | not `*.jpg`, not `image/jpeg`, or bytes that do not start like a JPEG | 400 `Unsupported media type` |
//! | more than 850,000 bytes, on MAX | 500, no body |
//! | a chat that is not among [`Config::groups`] | 200, `false`, `Timed Out` |
//! | a group that the account may not edit | 200, `false`, no reason |
//! | any other | 200, `true`, and a new `urlAvatar` that can be fetched |
//!
//! `setProfilePicture`, `getStateInstance`, `getAccountSettings` (on WhatsApp `getWaSettings`),
//! `getGroupData`, `getAvatar`, `getChats` and `getContacts` are there as well. Where the documentation leaves something open, the code says "inferred".
//!
//! # The fault script
//!
//! A [`Script`] is built in code or read from JSON. Every field is optional.
//!
//! ```
//! # let text = r#"
//! {
//!   "seed": 7,
//!   "connections": [
//!     { "to": 1, "then": "reset" }
//!   ],
//!   "rules": [
//!     { "method": "setGroupPicture", "to": 2,
//!       "answer": { "like": "too-many-requests", "retry-after": { "seconds": 2 } } },
//!     { "chat": "-10000000000000",
//!       "upload": { "cut": { "at": 100, "then": "reset" } }, "action": "done" },
//!     { "method": "setGroupPicture", "count": "each-chat", "to": 1, "chance": 0.05,
//!       "delivery": { "slow-body": { "bytes": 1, "every-ms": 1000 } } }
//!   ]
//! }
//! # "#;
//! # text.parse::<emulator::Script>()?;
//! # Ok::<(), emulator::InvalidScript>(())
//! ```
//!
//! The first connection is reset before anything is read. The first two uploads are answered with
//! 429. After that, uploads for one group set the picture and then lose the connection: an unknown
//! outcome. Of all other groups, one in twenty receives its first answer one byte per second.
//!
//! Each request is handled by the first rule that matches it. A rule counts the requests that reach
//! it: those that no rule before it has matched.
//!
//! **Which requests** a rule matches:
//!
//! | Field | Matches | Default |
//! |---|---|---|
//! | `method` | `setGroupPicture`, `setProfilePicture`, `getStateInstance`, `getAccountSettings`, `getWaSettings`, `getGroupData`, `getAvatar`, `getChats`, `getContacts`, `urlAvatar` (the picture itself), `other` (any other path) | all |
//! | `chat` | those that name this chat | all |
//! | `from`, `to` | from the nth to the nth, both included, from 1 | all |
//! | `count` | what `from` and `to` count: `all` requests, or those of `each-chat` separately | `all` |
//! | `chance` | a probability from 0 to 1, drawn from `seed` | 1 |
//!
//! **What happens** to them, in this order:
//!
//! | Field | Values | Default |
//! |---|---|---|
//! | `upload` | `"whole"`; `{"bytes-per-second": 1000}`; `{"cut": {"at": 50, "then": …}}` in per cent of the body: 0 before it, 100 after it | `"whole"` |
//! | `action` | `"done"`, `"skipped"`: whether the picture is really set, whatever is answered | done, unless another answer or none is sent |
//! | `latency-ms` | a wait between action and answer | 0 |
//! | `answer` | see below | the emulator's own |
//! | `delivery` | `"whole"`, `"then-close"`, `"no-length"`, `"chunked"`, `"broken-chunks"`, `"twice"`, `{"cut-head": {"at": 50, "then": …}}`, `{"cut-body": …}`, `{"slow-head": {"bytes": 1, "every-ms": 100}}`, `{"slow-body": …}`, `{"length-off": -10}`, `{"interim": 1000}`, `{"big-head": 1000000}` | `"whole"` |
//!
//! A connection ends (`then`) by `"reset"` (TCP RST), `"close"` (TCP FIN) or `"silence"` (it stays
//! open, and nothing more is read or written). Entries of `connections` have `from`, `to`, `chance`
//! and `then`, and end connections before a request is read.
//!
//! **An answer** has these fields. In texts and header values `{token}`, `{token-encoded}` (each byte
//! as `%XX`), `{path}`, `{instance}`, `{chat}`, `{method}`, `{url}` (of the emulator) and
//! `{timestamp}` are filled in.
//!
//! | Field | Value |
//! |---|---|
//! | `like` | the name of a [`Documented`] answer, such as `timed-out` or `rate-overlimit` |
//! | `status` | 200 to 999 |
//! | `headers` | names and values |
//! | `retry-after` | `{"seconds": 3600}`, or `{"date-in-seconds": 3600}` for a date |
//! | `body` | a text |
//! | `body-base64` | bytes: another picture than the one that was set, for instance |
//! | `filler` | a body of JSON with a `reason` of this many bytes |
//! | `gzip-bomb` | a body that unpacks to this many bytes, with `Content-Encoding: gzip` |
//!
//! # The emulator's own interface
//!
//! | Request | Answer |
//! |---|---|
//! | `GET /emulator/requests` | the requests: `number`, `method`, `chat`, `bytes`, `arrived-ms`, `status`, `changed`, `rule` |
//! | `GET /emulator/counts` | how many: `received`, `changed`, `answered` by status, for each method |
//! | `DELETE /emulator/requests` | 204; both are empty again |
//! | `GET /emulator/pictures` | the pictures that are set: `url`, `bytes`, `changes` by chat |
//! | `DELETE /emulator/pictures` | 204; no picture is set any more, and files in a [`Config::folder`] stay |
//! | `PUT /emulator/script` | 204; the script is replaced and its counts start anew. 400 with the error in it |
//! | `DELETE /emulator/script` | 204; the script is removed |
//!
//! These requests need no token and are not recorded; no answer contains the token.

mod answer;
mod avatar;
mod chat_list;
mod config;
mod control;
mod emulator;
mod exchange;
mod fault;
mod form;
mod group;
mod gzip;
mod instance;
mod messenger;
mod multipart;
mod number;
mod rate;
mod received;
mod reply;
mod reply_body;
mod request_body;
mod route;
mod script;
mod script_state;
mod scripted;
mod server;
mod shared;
mod state;
mod template;
mod wire;

pub use answer::Documented;
pub use avatar::Avatar;
pub use config::Config;
pub use emulator::Emulator;
pub use fault::{Action, Answer, Delivery, End, RetryAfter, Trickle, Truncation, Upload};
pub use group::{Editing, Group, Role};
pub use messenger::Messenger;
pub use received::{Counts, Method, Received};
pub use script::{ConnectionRule, Count, InvalidScript, Rule, Script};
pub use state::State;
