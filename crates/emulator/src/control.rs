//! The emulator's own interface over HTTP, below `/emulator/`. Its requests are not recorded.

use std::str;

use bytes::Bytes;
use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;
use serde_json::{Value, json};

use crate::received::Received;
use crate::reply::{Reply, TEXT};
use crate::script::Script;
use crate::script_state::ScriptState;
use crate::shared::{Outcome, Shared};

/// A request to the emulator itself.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Command {
    /// Lists the requests that came in.
    Requests,
    /// Counts them.
    Counts,
    /// Lists the pictures that are set.
    Pictures,
    /// Forgets the requests.
    ForgetRequests,
    /// Forgets the pictures.
    ForgetPictures,
    /// Replaces the script.
    SetScript,
    /// Removes the script.
    RemoveScript,
    /// Anything else.
    Unknown,
}

/// In bytes.
const MAX_SCRIPT: usize = 1 << 20;

impl Command {
    pub(crate) fn find(verb: &str, path: &str) -> Option<Self> {
        let what = path.strip_prefix("/emulator/")?;
        Some(match (verb, what) {
            ("GET", "requests") => Self::Requests,
            ("GET", "counts") => Self::Counts,
            ("GET", "pictures") => Self::Pictures,
            ("DELETE", "requests") => Self::ForgetRequests,
            ("DELETE", "pictures") => Self::ForgetPictures,
            ("PUT", "script") => Self::SetScript,
            ("DELETE", "script") => Self::RemoveScript,
            _ => Self::Unknown,
        })
    }
}

pub(crate) async fn serve(shared: &Shared, command: Command, body: Incoming) -> Outcome {
    let Ok(body) = Limited::new(body, MAX_SCRIPT).collect().await else {
        return Outcome::Gone;
    };
    let reply = answer(shared, command, &body.to_bytes());
    reply.response().map_or(Outcome::Gone, Outcome::Respond)
}

fn answer(shared: &Shared, command: Command, body: &Bytes) -> Reply {
    match command {
        Command::Requests => {
            let requests = shared.history.requests();
            Reply::json(
                &requests
                    .iter()
                    .map(|request| describe(shared, request))
                    .collect(),
            )
        }
        Command::Counts => Reply::json(&counts(shared)),
        Command::Pictures => Reply::json(&pictures(shared)),
        Command::ForgetRequests => {
            shared.history.forget();
            nothing()
        }
        Command::ForgetPictures => {
            shared.instance().forget_pictures();
            nothing()
        }
        Command::SetScript => match read(body) {
            Ok(script) => set_script(shared, script),
            Err(message) => Reply::new(400, TEXT, message),
        },
        Command::RemoveScript => set_script(shared, Script::new()),
        Command::Unknown => Reply::new(
            404,
            TEXT,
            "GET or DELETE /emulator/requests, GET /emulator/counts, GET or DELETE /emulator/pictures, \
             PUT or DELETE /emulator/script\n",
        ),
    }
}

fn read(body: &Bytes) -> Result<Script, String> {
    let text = str::from_utf8(body).map_err(|error| error.to_string())?;
    text.parse()
        .map_err(|error: crate::InvalidScript| error.to_string())
}

fn set_script(shared: &Shared, script: Script) -> Reply {
    *shared.script() = ScriptState::new(script);
    nothing()
}

fn nothing() -> Reply {
    Reply::new(204, TEXT, Bytes::new())
}

fn counts(shared: &Shared) -> Value {
    let counts = shared.history.counts();
    counts
        .iter()
        .map(|(method, counts)| (method.word().to_owned(), json!(counts)))
        .collect()
}

fn describe(shared: &Shared, request: &Received) -> Value {
    let arrived = request.arrived.duration_since(shared.started);
    json!({
        "number": request.number,
        "method": request.method,
        "chat": request.chat,
        "bytes": request.bytes,
        "arrived-ms": arrived.as_secs_f64() * 1000.0,
        "status": request.status,
        "changed": request.changed,
        "rule": request.rule,
    })
}

fn pictures(shared: &Shared) -> Value {
    let instance = shared.instance();
    instance
        .avatars()
        .all()
        .iter()
        .map(|(chat, picture)| {
            let picture = json!({
                "url": picture.url(),
                "bytes": picture.size(),
                "changes": picture.changes(),
            });
            (chat.clone(), picture)
        })
        .collect()
}
