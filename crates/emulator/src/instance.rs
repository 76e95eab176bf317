//! The instance itself: what it answers to a request that was read whole. It knows no sockets.

use std::time::Instant;

use bytes::Bytes;
use serde_json::{Value, json};

use crate::answer::Documented;
use crate::config::Config;
use crate::form::Form;
use crate::group::{Editing, Group, Groups, Role};
use crate::picture::Gallery;
use crate::rate::Limiter;
use crate::received::Method;
use crate::reply::Reply;
use crate::route::{Call, Prefix, Route};

/// The account with its groups, pictures and limits.
#[derive(Debug)]
pub(crate) struct Instance {
    config: Config,
    gallery: Gallery,
    limiter: Limiter,
}

/// What is answered.
#[derive(Debug, PartialEq)]
pub(crate) enum Verdict {
    /// One of the documented answers.
    Documented(Documented),
    /// `Validation failed`, with what is wrong.
    Invalid(String),
    /// An answer that holds data.
    Data(Reply),
    /// The success of setting a picture, which is served at this URL.
    Set(String),
}

/// Whether an action is really taken.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Effect {
    Real,
    /// The answer is as if it were taken.
    Pretended,
}

/// The name under which the account's own picture is kept.
const PROFILE: &str = "profile";

impl Instance {
    /// An account whose pictures are served below `url`.
    pub(crate) fn new(config: Config, url: String) -> Self {
        Self {
            gallery: Gallery::new(url, config.folder.clone()),
            limiter: Limiter::new(config.rate),
            config,
        }
    }

    pub(crate) fn gallery(&self) -> &Gallery {
        &self.gallery
    }

    /// What the gateway says before a body is looked at: path, instance, token, limit.
    pub(crate) fn admit(&mut self, route: &Route, now: Instant) -> Result<(), Documented> {
        match route {
            Route::Nowhere => Err(Documented::NotFound),
            Route::UrlAvatar(_) => Ok(()),
            Route::Call(call) => self.admit_call(call, now),
        }
    }

    fn admit_call(&mut self, call: &Call, now: Instant) -> Result<(), Documented> {
        if call.prefix == Prefix::V3 && !self.config.messenger.has_v3() {
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

    /// The chat that a body names, whether or not it is one.
    pub(crate) fn chat_named(
        &self,
        method: Method,
        content_type: &str,
        body: &Bytes,
    ) -> Option<String> {
        let field = self.chat_field(method)?;
        match method {
            Method::SetGroupPicture => Form::as_far_as_it_came(content_type, body)
                .field(field)
                .map(str::to_owned),
            _ => {
                let body: Value = serde_json::from_slice(body).ok()?;
                Some(body.get(field)?.as_str()?.to_owned())
            }
        }
    }

    fn chat_field(&self, method: Method) -> Option<&'static str> {
        match method {
            Method::SetGroupPicture | Method::GetGroupData => {
                Some(self.config.messenger.group_field())
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
    ) -> Verdict {
        match route {
            Route::Nowhere => Verdict::Documented(Documented::NotFound),
            Route::UrlAvatar(word) => self.picture(word),
            Route::Call(call) => self.call(call.method, content_type, body, effect),
        }
    }

    fn call(
        &mut self,
        method: Method,
        content_type: &str,
        body: &Bytes,
        effect: Effect,
    ) -> Verdict {
        if method == Method::GetStateInstance {
            return data(&json!({ "stateInstance": self.config.state.word() }));
        }
        if let Some(refusal) = self.config.state.refusal() {
            return Verdict::Documented(refusal);
        }
        let outcome = match method {
            Method::SetGroupPicture => self.set_group_picture(content_type, body, effect),
            Method::SetProfilePicture => self.set_profile_picture(content_type, body, effect),
            Method::GetGroupData => self.group_data(body),
            Method::GetAvatar => self.avatar(body),
            Method::GetChats => Ok(self.chats()),
            Method::GetStateInstance | Method::UrlAvatar | Method::Other => {
                Err(Verdict::Documented(Documented::NotFound))
            }
        };
        outcome.unwrap_or_else(|refusal| refusal)
    }

    fn set_group_picture(
        &mut self,
        content_type: &str,
        body: &Bytes,
        effect: Effect,
    ) -> Result<Verdict, Verdict> {
        let form = read_form(content_type, body)?;
        let field = self.config.messenger.group_field();
        let values = form.fields.get(field).map_or(&[][..], Vec::as_slice);
        let chat = match values {
            [] => return Err(Verdict::Invalid(format!("'{field}' is required"))),
            [chat] => self.valid_chat(field, chat)?,
            _ => return Err(Verdict::Invalid(format!("'{field}' must be a string"))),
        };
        let picture = picture_of(&form)?;
        let group = self
            .config
            .groups
            .find(chat)
            .ok_or(Verdict::Documented(Documented::TimedOut))?;
        if !group.is_editable() {
            return Err(Verdict::Documented(Documented::Refused));
        }
        self.keep(chat, picture, effect)
    }

    fn set_profile_picture(
        &mut self,
        content_type: &str,
        body: &Bytes,
        effect: Effect,
    ) -> Result<Verdict, Verdict> {
        let form = read_form(content_type, body)?;
        let picture = picture_of(&form)?;
        self.keep(PROFILE, picture, effect)
    }

    fn keep(&mut self, chat: &str, picture: Bytes, effect: Effect) -> Result<Verdict, Verdict> {
        match effect {
            Effect::Pretended => Ok(Verdict::Set(self.gallery.next_url(chat))),
            Effect::Real => match self.gallery.set(chat, picture) {
                Ok(url) => Ok(Verdict::Set(url)),
                Err(_) => Err(Verdict::Documented(Documented::ServerError)),
            },
        }
    }

    fn group_data(&self, body: &Bytes) -> Result<Verdict, Verdict> {
        let field = self.config.messenger.group_field();
        let chat = self.chat_in_json(field, body)?;
        // What the service answers for a group that is not there is not documented.
        let group = self
            .config
            .groups
            .find(&chat)
            .ok_or(Verdict::Documented(Documented::BadRequestData))?;
        Ok(data(&self.describe(field, &group)))
    }

    fn describe(&self, field: &str, group: &Group) -> Value {
        const SOMEONE: &str = "10000001";
        let account = self.config.instance.as_str();
        let owner = match group.role {
            Role::Owner => account,
            Role::Administrator | Role::Participant => SOMEONE,
        };
        let manages = group.role != Role::Participant;
        let participant = |id: &str, manages: bool| json!({ "id": id, "isAdmin": manages, "isSuperAdmin": id == owner });
        json!({
            field: group.chat,
            "owner": owner,
            "subject": group.subject,
            "description": "",
            "creation": 1_700_000_000,
            // Only those who manage a group see its link.
            "groupInviteLink": if manages { format!("https://max.ru/join/{}", group.chat) } else { String::new() },
            "allowParticipantsEditGroupSettings": group.editing == Editing::Everyone,
            "allowParticipantsAddMembers": true,
            "participants": [participant(account, manages), participant(SOMEONE, !manages || owner == SOMEONE)],
        })
    }

    fn avatar(&self, body: &Bytes) -> Result<Verdict, Verdict> {
        let chat = self.chat_in_json("chatId", body)?;
        let url = self.gallery.find(&chat).map_or("", |picture| picture.url());
        Ok(data(&json!({ "urlAvatar": url })))
    }

    fn chats(&self) -> Verdict {
        let chats: Vec<&String> = match &self.config.groups {
            Groups::Listed(groups) => groups.keys().collect(),
            Groups::Any => self
                .gallery
                .all()
                .keys()
                .filter(|chat| *chat != PROFILE)
                .collect(),
        };
        let chats: Vec<Value> = chats
            .into_iter()
            .map(|chat| json!({ "chatId": chat, "phoneNumber": 0 }))
            .collect();
        data(&Value::Array(chats))
    }

    fn picture(&self, word: &str) -> Verdict {
        let Some(picture) = self.gallery.find_by_word(word) else {
            return Verdict::Documented(Documented::NotFound);
        };
        match picture.bytes() {
            Ok(bytes) => Verdict::Data(Reply::picture(bytes)),
            Err(_) => Verdict::Documented(Documented::ServerError),
        }
    }

    fn chat_in_json(&self, field: &str, body: &Bytes) -> Result<String, Verdict> {
        let body: Value = serde_json::from_slice(body)
            .map_err(|_| Verdict::Documented(Documented::BadRequestData))?;
        match body.get(field) {
            None => Err(Verdict::Invalid(format!("'{field}' is required"))),
            Some(Value::String(chat)) => self.valid_chat(field, chat).map(str::to_owned),
            Some(_) => Err(Verdict::Invalid(format!("'{field}' must be a string"))),
        }
    }

    fn valid_chat<'a>(&self, field: &str, chat: &'a str) -> Result<&'a str, Verdict> {
        let messenger = self.config.messenger;
        if chat.is_empty() {
            let details = format!("'{field}' is not allowed to be empty");
            return Err(Verdict::Invalid(details));
        }
        if !messenger.is_group_id(chat) {
            let formats = messenger.formats();
            let details = format!("'{field}' must be one of the next formats: {formats}");
            return Err(Verdict::Invalid(details));
        }
        Ok(chat)
    }
}

fn read_form(content_type: &str, body: &Bytes) -> Result<Form, Verdict> {
    Form::read(content_type, body).map_err(|_| Verdict::Documented(Documented::ServerError))
}

/// The picture in a form. One that is not there is answered as one that is empty (inferred).
fn picture_of(form: &Form) -> Result<Bytes, Verdict> {
    let refuse = |answer| Err(Verdict::Documented(answer));
    match &form.file {
        None => refuse(Documented::FileIsEmpty),
        Some(file) if file.bytes.is_empty() => refuse(Documented::FileIsEmpty),
        Some(file) if !file.is_jpeg() => refuse(Documented::UnsupportedMediaType),
        Some(file) => Ok(file.bytes.clone()),
    }
}

fn data(value: &Value) -> Verdict {
    Verdict::Data(Reply::json(value))
}
