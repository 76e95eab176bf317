//! One request and its answer.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::header::{CONTENT_TYPE, HeaderName, HeaderValue, SERVER};
use hyper::http::request::Parts;
use hyper::{Request, Response, StatusCode};

use crate::answer::{Documented, Reply};
use crate::body::{self, NoBody};
use crate::instance::{Effect, Instance, Verdict};
use crate::received::History;
use crate::route::Route;
use crate::template::Facts;

/// What all connections share.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) url: String,
    pub(crate) instance_id: String,
    pub(crate) token: String,
    pub(crate) body_limit: u64,
    pub(crate) history: History,
    pub(crate) instance: Mutex<Instance>,
}

impl Shared {
    /// The instance, held by this request alone.
    ///
    /// A picture may be written to its file meanwhile. That is short, and it keeps the order of
    /// the files and of the answers the same.
    pub(crate) fn instance(&self) -> MutexGuard<'_, Instance> {
        self.instance.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The client has gone; there is nobody to answer.
#[derive(Debug, thiserror::Error)]
#[error("the client has gone")]
pub(crate) struct Gone;

/// Answers a request.
pub(crate) async fn serve(
    shared: &Shared,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Gone> {
    let arrived = Instant::now();
    let (head, body) = request.into_parts();
    let path = head.uri.path();
    let route = Route::find(
        head.method.as_str(),
        path,
        head.uri.query().unwrap_or_default(),
    );
    let entry = shared.history.arrived(route.method(), arrived);
    let admitted = shared.instance().admit(&route, arrived);

    let read = body::read(body, shared.body_limit, &entry).await;

    let verdict = match (admitted, read) {
        (_, Err(NoBody::Broken)) => return Err(Gone),
        (Err(refusal), _) => Verdict::Documented(refusal),
        (Ok(()), Err(NoBody::TooLarge)) => Verdict::Documented(Documented::TooLarge),
        (Ok(()), Ok(body)) => {
            let content_type = content_type(&head);
            let mut instance = shared.instance();
            if let Some(chat) = instance.chat_named(route.method(), content_type, &body) {
                entry.chat(&chat);
            }
            instance.answer(&route, content_type, &body, Effect::Real)
        }
    };

    if matches!(verdict, Verdict::Set(_)) {
        entry.changed();
    }
    let reply = reply(shared, &route, path, verdict);
    entry.answered(reply.status);
    Ok(response(reply))
}

fn content_type(head: &Parts) -> &str {
    head.headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
}

fn reply(shared: &Shared, route: &Route, path: &str, verdict: Verdict) -> Reply {
    let (instance, token) = match route {
        Route::Call(call) => (&call.instance, &call.token),
        Route::UrlAvatar(_) | Route::Nowhere => (&shared.instance_id, &shared.token),
    };
    let facts = Facts {
        path,
        method: route.method().word(),
        instance,
        token,
        chat: "",
        url: &shared.url,
        details: "",
    };
    match verdict {
        Verdict::Documented(answer) => answer.reply(&facts),
        Verdict::Invalid(details) => Documented::ValidationFailed.reply(&Facts {
            details: &details,
            ..facts
        }),
        Verdict::Data(reply) => reply,
        Verdict::Set(url) => Reply::set(route.method(), &url),
    }
}

fn response(reply: Reply) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(reply.body));
    *response.status_mut() =
        StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response
        .headers_mut()
        .insert(SERVER, HeaderValue::from_static("nginx"));
    for (name, value) in reply.headers {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            response.headers_mut().append(name, value);
        }
    }
    response
}
