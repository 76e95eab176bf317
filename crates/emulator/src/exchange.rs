//! One request and its answer.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::header::CONTENT_TYPE;
use hyper::http::request::Parts;
use hyper::{Request, Response};
use tokio::time::sleep;

use crate::answer::Documented;
use crate::body::{Broken, Intake, Step, TooLarge};
use crate::control;
use crate::director::{Cue, Director};
use crate::fault::{Action, Cut, Delivery, Upload};
use crate::instance::{Done, Effect, Instance, Refusal};
use crate::number::Percent;
use crate::received::{Entry, History};
use crate::reply::Reply;
use crate::route::Route;
use crate::script::Rule;
use crate::template::Facts;
use crate::wire::Takeover;

/// What all connections share.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) url: String,
    pub(crate) instance_id: String,
    pub(crate) token: String,
    pub(crate) body_limit: u64,
    pub(crate) started: Instant,
    pub(crate) history: History,
    pub(crate) instance: Mutex<Instance>,
    pub(crate) director: Mutex<Director>,
}

impl Shared {
    /// The instance, held by this request alone.
    ///
    /// A picture may be written to its file meanwhile. That is short, and it keeps the order of
    /// the files and of the answers the same.
    pub(crate) fn instance(&self) -> MutexGuard<'_, Instance> {
        self.instance.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn director(&self) -> MutexGuard<'_, Director> {
        self.director.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How a request ends.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// HTTP sends this.
    Respond(Response<Full<Bytes>>),
    /// HTTP has no more to say, the connection is used otherwise.
    TakeOver(Takeover),
    /// The client has gone; there is nobody to answer.
    Gone,
}

/// Answers a request.
pub(crate) async fn serve(shared: &Shared, request: Request<Incoming>) -> Outcome {
    let arrived = Instant::now();
    let (head, body) = request.into_parts();
    if let Some(asked) = control::Asked::find(head.method.as_str(), head.uri.path()) {
        return control::serve(shared, asked, body).await;
    }
    let query = head.uri.query().unwrap_or_default();
    let route = Route::find(head.method.as_str(), head.uri.path(), query);
    let entry = shared.history.arrived(route.method(), arrived);
    let exchange = Exchange {
        shared,
        head: &head,
        route: &route,
        entry: &entry,
    };
    exchange
        .serve(Intake::new(body, shared.body_limit, &entry), arrived)
        .await
        .unwrap_or_else(Outcome::from)
}

/// A request whose head was read.
struct Exchange<'a> {
    shared: &'a Shared,
    head: &'a Parts,
    route: &'a Route,
    entry: &'a Entry,
}

impl Exchange<'_> {
    async fn serve(
        &self,
        mut intake: Intake<'_>,
        arrived: Instant,
    ) -> Result<Outcome, Interrupted> {
        let admitted = self.shared.instance().admit(self.route, arrived);
        let early = self.take_in(&mut intake).await?;

        let body = intake.finish();
        let chat = body.as_ref().ok().and_then(|body| self.chat_named(body));
        if let Some(chat) = &chat {
            self.entry.chat(chat);
        }
        let rule = early.unwrap_or_else(|| self.find_rule(chat.as_deref()));
        let outcome = self.act(admitted, body, rule.effect());

        if !rule.latency.0.is_zero() {
            sleep(rule.latency.0).await;
        }
        if let Upload::Cut(cut) = rule.upload {
            return Err(Interrupted::Cut(cut));
        }
        let reply = self.reply(&rule, outcome, chat.as_deref().unwrap_or_default());
        Ok(self.send(reply, rule.delivery))
    }

    /// Reads the body as far as the script lets it come, and finds the rule if it can.
    ///
    /// A rule may be bound to a chat. Then it is not known before the body has named the chat,
    /// and an early cut comes as soon as it is: at the end, if a long file comes before the name.
    async fn take_in(&self, intake: &mut Intake<'_>) -> Result<Option<Rule>, Interrupted> {
        let mut rule = if self.shared.director().needs_chat(self.route.method()) {
            None
        } else {
            Some(self.find_rule(None))
        };
        loop {
            if let Some(rule) = &rule
                && let Upload::Cut(cut) = rule.upload
                && cut.at != Percent::ALL
                && intake.has_reached(cut.at)
            {
                return Err(Interrupted::Cut(cut));
            }
            let Step::Read(bytes) = intake.step().await? else {
                break;
            };
            if rule.is_none()
                && let Some(beginning) = intake.beginning()
                && let Some(chat) = self.chat_named(&beginning)
            {
                self.entry.chat(&chat);
                rule = Some(self.find_rule(Some(&chat)));
            }
            if let Some(rule) = &rule
                && let Upload::BytesPerSecond(rate) = rule.upload
            {
                sleep(Duration::from_secs(1) * bytes as u32 / rate.get()).await;
            }
        }
        Ok(rule)
    }

    /// The rule that this request meets; an empty one if none.
    fn find_rule(&self, chat: Option<&str>) -> Rule {
        match self.shared.director().cue(self.route.method(), chat) {
            None => Rule::new(),
            Some(Cue { index, rule }) => {
                self.entry.rule(index);
                rule
            }
        }
    }

    fn chat_named(&self, body: &Bytes) -> Option<String> {
        self.shared
            .instance()
            .chat_named(self.route.method(), self.content_type(), body)
    }

    fn content_type(&self) -> &str {
        self.head
            .headers
            .get(CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }

    /// Does what was asked for.
    fn act(
        &self,
        admitted: Result<(), Documented>,
        body: Result<Bytes, TooLarge>,
        effect: Effect,
    ) -> Result<Done, Refusal> {
        admitted?;
        let body = body.map_err(|TooLarge| Documented::TooLarge)?;
        let mut instance = self.shared.instance();
        let done = instance.answer(self.route, self.content_type(), &body, effect)?;
        if matches!(done, Done::Set(_)) && effect == Effect::Real {
            self.entry.changed();
        }
        Ok(done)
    }

    /// What the rule wants to be answered, or what is true.
    fn reply(&self, rule: &Rule, outcome: Result<Done, Refusal>, chat: &str) -> Reply {
        let (instance, token) = match self.route {
            Route::Call(call) => (&call.instance, &call.token),
            Route::UrlAvatar(_) | Route::Nowhere => (&self.shared.instance_id, &self.shared.token),
        };
        let facts = Facts {
            path: self.head.uri.path(),
            method: self.route.method().word(),
            instance,
            token,
            chat,
            url: &self.shared.url,
            details: "",
        };
        if let Some(answer) = &rule.answer {
            return Reply::scripted(answer, &facts);
        }
        match outcome {
            Ok(Done::Data(reply)) => reply,
            Ok(Done::Set(url)) => Reply::set(self.route.method(), &url),
            Err(Refusal::Documented(answer)) => answer.reply(&facts),
            Err(Refusal::Invalid(details)) => Documented::ValidationFailed.reply(&Facts {
                details: &details,
                ..facts
            }),
        }
    }

    fn send(&self, reply: Reply, delivery: Delivery) -> Outcome {
        if !matches!(delivery, Delivery::CutHead(_)) {
            self.entry.answered(reply.status);
        }
        match (delivery, reply.response()) {
            (Delivery::Whole, Some(response)) => Outcome::Respond(response),
            (delivery, _) => Outcome::TakeOver(Takeover::Deliver(reply, delivery)),
        }
    }
}

/// Why a body was not taken in.
enum Interrupted {
    /// The client has gone.
    Gone,
    /// The script cuts it here.
    Cut(Cut),
}

impl From<Broken> for Interrupted {
    fn from(Broken: Broken) -> Self {
        Self::Gone
    }
}

impl From<Interrupted> for Outcome {
    fn from(interrupted: Interrupted) -> Self {
        match interrupted {
            Interrupted::Gone => Self::Gone,
            Interrupted::Cut(cut) => Self::TakeOver(Takeover::End(cut.then)),
        }
    }
}

impl Rule {
    /// Whether the action is really taken; see [`Rule::action`].
    fn effect(&self) -> Effect {
        let is_own_answer = self.answer.is_none() && !matches!(self.upload, Upload::Cut(_));
        match self.action {
            Some(Action::Done) => Effect::Real,
            Some(Action::Skipped) => Effect::Pretended,
            None if is_own_answer => Effect::Real,
            None => Effect::Pretended,
        }
    }
}
