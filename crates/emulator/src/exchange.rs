//! One request and its answer.

use std::time::{Duration, Instant};

use bytes::Bytes;
use hyper::Request;
use hyper::body::Incoming;
use hyper::header::CONTENT_TYPE;
use hyper::http::request::Parts;
use tokio::time::sleep;

use crate::answer::Documented;
use crate::control;
use crate::fault::{Action, Delivery, Truncation, Upload};
use crate::instance::{Done, Effect, Refusal};
use crate::number::Percent;
use crate::received::Entry;
use crate::reply::Reply;
use crate::request_body::{Broken, RequestBody, Step, TooLarge};
use crate::route::Route;
use crate::script::Rule;
use crate::script_state::Matched;
use crate::shared::{Outcome, Shared};
use crate::template::Facts;
use crate::wire::Takeover;

/// Answers a request.
pub(crate) async fn serve(shared: &Shared, request: Request<Incoming>) -> Outcome {
    let arrived = Instant::now();
    let (head, body) = request.into_parts();
    if let Some(command) = control::Command::find(head.method.as_str(), head.uri.path()) {
        return control::serve(shared, command, body).await;
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
        .serve(RequestBody::new(body, shared.body_limit, &entry), arrived)
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
        mut body: RequestBody<'_>,
        arrived: Instant,
    ) -> Result<Outcome, Interrupted> {
        let admitted = self.shared.instance().admit(self.route, arrived);
        let early = self.receive(&mut body).await?;

        let body = body.finish();
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

    /// Reads the body as far as the script allows, and returns the rule if it is known by then.
    ///
    /// A rule may be for one chat. Then it is not known before the body has named the chat, and an
    /// early cut is made as soon as it is known: at the end, if a long file comes before the name.
    async fn receive(&self, body: &mut RequestBody<'_>) -> Result<Option<Rule>, Interrupted> {
        let mut rule = if self.shared.script().needs_chat(self.route.method()) {
            None
        } else {
            Some(self.find_rule(None))
        };
        loop {
            if let Some(rule) = &rule
                && let Upload::Cut(cut) = rule.upload
                && cut.at != Percent::ALL
                && body.has_reached(cut.at)
            {
                return Err(Interrupted::Cut(cut));
            }
            let Step::Read(bytes) = body.step().await? else {
                break;
            };
            if rule.is_none()
                && let Some(beginning) = body.beginning()
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

    /// Returns the rule that this request matches, or an empty one.
    fn find_rule(&self, chat: Option<&str>) -> Rule {
        match self
            .shared
            .script()
            .match_request(self.route.method(), chat)
        {
            None => Rule::new(),
            Some(Matched { index, rule }) => {
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

    /// Does what the request asks for.
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

    /// Makes the answer that the rule asks for, or the emulator's own.
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
            no_address: self.shared.no_address,
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

/// Why a body was not read to its end.
enum Interrupted {
    /// The client has gone.
    Gone,
    /// The script ends the connection here.
    Cut(Truncation),
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
    /// Returns whether the action is really taken; see [`Rule::action`].
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
