//! The instance: what it answers to a request that was read to its end. It knows no sockets.

use std::time::Instant;

use bytes::Bytes;
use serde_json::{Value, json};

mod reading;

use crate::answer::Documented;
use crate::avatar::Avatars;
use crate::config::Config;
use crate::form::Form;
use crate::rate::Limiter;
use crate::received::Method;
use crate::reply::Reply;
use crate::route::{Call, Prefix, Route};

/// The account with its groups, pictures and limits.
#[derive(Debug)]
pub(crate) struct Instance {
    config: Config,
    avatars: Avatars,
    limiter: Limiter,
}

/// The result of a request that is not refused.
#[derive(Debug, PartialEq)]
pub(crate) enum Done {
    /// The answer of a method that reads.
    Data(Reply),
    /// The picture is set, and served at this URL.
    Set(String),
}

/// The result of a request that is refused.
#[derive(Debug, PartialEq)]
pub(crate) enum Refusal {
    /// One of the documented answers.
    Documented(Documented),
    /// `Validation failed`, with what is wrong.
    Invalid(String),
}

impl From<Documented> for Refusal {
    fn from(answer: Documented) -> Self {
        Self::Documented(answer)
    }
}

/// Whether an action is really taken.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Effect {
    Real,
    /// It is not, but the answer is as if it were.
    Pretended,
}

/// The name under which the account's own picture is kept.
const PROFILE: &str = "profile";

impl Instance {
    /// Makes an instance whose pictures are served below `url`.
    pub(crate) fn new(config: Config, url: String) -> Self {
        Self {
            avatars: Avatars::new(url, config.folder.clone()),
            limiter: Limiter::new(config.rates, config.messenger.api()),
            config,
        }
    }

    pub(crate) fn forget_pictures(&mut self) {
        self.avatars.forget();
    }

    pub(crate) fn avatars(&self) -> &Avatars {
        &self.avatars
    }

    /// Checks what the gateway checks before the body: path, instance, token, rate.
    pub(crate) fn admit(&mut self, route: &Route, now: Instant) -> Result<(), Documented> {
        match route {
            Route::Nowhere => Err(Documented::NotFound),
            Route::UrlAvatar(_) => Ok(()),
            Route::Call(call) => self.admit_call(call, now),
        }
    }

    fn admit_call(&mut self, call: &Call, now: Instant) -> Result<(), Documented> {
        if call.prefix == Prefix::V3 && !self.config.messenger.api().has_v3 {
            return Err(Documented::NotFound);
        }
        if call.instance != self.config.instance {
            return Err(Documented::Forbidden);
        }
        if call.token != self.config.token {
            return Err(Documented::Unauthorized);
        }
        self.limiter
            .admit(call.method, now)
            .map_err(|_| Documented::TooManyRequests)
    }

    /// Returns the chat that a body names, whether or not it exists, cut to a bounded length.
    pub(crate) fn chat_named(
        &self,
        method: Method,
        content_type: &str,
        body: &Bytes,
    ) -> Option<String> {
        /// In characters. What is kept of a request must be bounded.
        const MAX_CHAT: usize = 64;
        let field = self.chat_field(method)?;
        let chars = |chat: &str| chat.chars().take(MAX_CHAT).collect();
        match method {
            Method::SetGroupPicture => Form::read_complete_parts(content_type, body)
                .field(field)
                .map(chars),
            _ => {
                let body: Value = serde_json::from_slice(body).ok()?;
                body.get(field)?.as_str().map(chars)
            }
        }
    }

    fn chat_field(&self, method: Method) -> Option<&'static str> {
        match method {
            Method::SetGroupPicture | Method::GetGroupData => {
                Some(self.config.messenger.api().group_field)
            }
            Method::GetAvatar => Some("chatId"),
            _ => None,
        }
    }

    /// Answers an admitted request.
    pub(crate) fn answer(
        &mut self,
        route: &Route,
        content_type: &str,
        body: &Bytes,
        effect: Effect,
    ) -> Result<Done, Refusal> {
        match route {
            Route::Nowhere => Err(Documented::NotFound.into()),
            Route::UrlAvatar(word) => self.picture(word),
            Route::Call(call) if call.method == Method::GetContacts => self.contacts(&call.query),
            Route::Call(call) => self.call(call.method, content_type, body, effect),
        }
    }

    fn call(
        &mut self,
        method: Method,
        content_type: &str,
        body: &Bytes,
        effect: Effect,
    ) -> Result<Done, Refusal> {
        if method == Method::GetStateInstance {
            return Ok(data(&json!({ "stateInstance": self.config.state.word() })));
        }
        let api = self.config.messenger.api();
        if method == api.account_method {
            return Ok(self.account());
        }
        if let Some(refusal) = self.config.state.refusal(api) {
            return Err(refusal.into());
        }
        match method {
            Method::SetGroupPicture => self.set_group_picture(content_type, body, effect),
            Method::SetProfilePicture => self.set_profile_picture(content_type, body, effect),
            Method::GetGroupData => self.group_data(body),
            Method::GetAvatar => self.avatar(body),
            Method::GetChats => Ok(self.chats()),
            Method::GetSettings => Ok(self.settings()),
            Method::CreateGroup => self.create_group(body, effect),
            Method::GetStateInstance
            | Method::GetAccountSettings
            | Method::GetWaSettings
            | Method::GetContacts
            | Method::UrlAvatar
            | Method::Other => Err(Documented::NotFound.into()),
        }
    }

    fn set_group_picture(
        &mut self,
        content_type: &str,
        body: &Bytes,
        effect: Effect,
    ) -> Result<Done, Refusal> {
        let form = read_form(content_type, body)?;
        let field = self.config.messenger.api().group_field;
        let values = form.fields.get(field).map_or(&[][..], Vec::as_slice);
        let chat = match values {
            [] => return Err(Refusal::Invalid(format!("'{field}' is required"))),
            [chat] => self.valid_chat(field, chat)?,
            _ => return Err(Refusal::Invalid(format!("'{field}' must be a string"))),
        };
        let picture = self.picture_in(&form)?;
        let group = self.config.groups.find(chat).ok_or(Documented::TimedOut)?;
        if !group.is_editable() {
            return Err(Documented::Refused.into());
        }
        self.keep(chat, picture, effect)
    }

    fn set_profile_picture(
        &mut self,
        content_type: &str,
        body: &Bytes,
        effect: Effect,
    ) -> Result<Done, Refusal> {
        let form = read_form(content_type, body)?;
        let picture = self.picture_in(&form)?;
        self.keep(PROFILE, picture, effect)
    }

    /// Returns the picture in a form. A missing one is answered like an empty one (inferred).
    fn picture_in(&self, form: &Form) -> Result<Bytes, Refusal> {
        let file = form.file.as_ref().ok_or(Documented::FileIsEmpty)?;
        if file.bytes.is_empty() {
            return Err(Documented::FileIsEmpty.into());
        }
        if !file.is_jpeg() {
            return Err(Documented::UnsupportedMediaType.into());
        }
        let limit = self.config.messenger.api().max_picture;
        if limit.is_some_and(|limit| file.bytes.len() > limit) {
            return Err(Documented::Oversize.into());
        }
        Ok(file.bytes.clone())
    }

    fn keep(&mut self, chat: &str, picture: Bytes, effect: Effect) -> Result<Done, Refusal> {
        let url = match effect {
            Effect::Pretended => self.avatars.next_url(chat),
            Effect::Real => self
                .avatars
                .set(chat, &picture)
                .map_err(|_| Documented::ServerError)?,
        };
        Ok(Done::Set(url))
    }

    fn picture(&self, word: &str) -> Result<Done, Refusal> {
        let picture = self
            .avatars
            .find_by_word(word)
            .ok_or(Documented::NotFound)?;
        let bytes = picture.bytes().map_err(|_| Documented::ServerError)?;
        Ok(Done::Data(Reply::picture(bytes)))
    }

    fn chat_in_json(&self, field: &str, body: &Bytes) -> Result<String, Refusal> {
        let chat = self.text_in_json(field, body)?;
        self.valid_chat(field, &chat).map(str::to_owned)
    }

    fn text_in_json(&self, field: &str, body: &Bytes) -> Result<String, Refusal> {
        let body: Value = serde_json::from_slice(body).map_err(|_| Documented::BadRequestData)?;
        match body.get(field) {
            None => Err(Refusal::Invalid(format!("'{field}' is required"))),
            Some(Value::String(text)) => Ok(text.clone()),
            Some(_) => Err(Refusal::Invalid(format!("'{field}' must be a string"))),
        }
    }

    fn valid_chat<'a>(&self, field: &str, chat: &'a str) -> Result<&'a str, Refusal> {
        let api = self.config.messenger.api();
        if chat.is_empty() {
            let details = format!("'{field}' is not allowed to be empty");
            return Err(Refusal::Invalid(details));
        }
        if !(api.is_group_id)(chat) {
            let details = format!("'{field}' must be one of the next formats: {}", api.formats);
            return Err(Refusal::Invalid(details));
        }
        Ok(chat)
    }
}

fn read_form(content_type: &str, body: &Bytes) -> Result<Form, Refusal> {
    Form::read(content_type, body).map_err(|_| Documented::ServerError.into())
}

fn data(value: &Value) -> Done {
    Done::Data(Reply::json(value))
}
