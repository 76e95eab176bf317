//! The methods around the pictures: what the account, its groups and its people are.

use std::collections::BTreeMap;

use bytes::Bytes;
use serde_json::{Value, json};

use super::{Done, Effect, Instance, PROFILE, Refusal, data};
use crate::answer::Documented;
use crate::avatar::Avatar;
use crate::chat_list::Chat;
use crate::group::{Group, Groups};
use crate::received::Method;
use crate::state::State;

impl Instance {
    pub(super) fn group_data(&self, body: &Bytes) -> Result<Done, Refusal> {
        let api = self.config.messenger.api();
        let chat = self.chat_in_json(api.group_field, body)?;
        // What the service answers for a group that does not exist is not documented.
        let group = self
            .config
            .groups
            .find(&chat)
            .ok_or(Documented::BadRequestData)?;
        Ok(data(&group.describe(api)))
    }

    /// Describes the account. What it does not know in its state is empty, as documented.
    pub(super) fn account(&self) -> Done {
        let api = self.config.messenger.api();
        let known = |text: &str| match self.config.state.knows_account() {
            true => text.to_owned(),
            false => String::new(),
        };
        let avatar = self.avatars.find(PROFILE).map_or("", Avatar::url);
        let mut account = json!({
            "avatar": known(avatar),
            "phone": known(PHONE),
            "stateInstance": self.config.state.word(),
        });
        match api.account_method {
            // WhatsApp answers the account's other id, by which groups do not list it.
            Method::GetWaSettings => account["chatId"] = json!(known("100000000000000@lid")),
            _ => account["chatId"] = json!(known(api.account)),
        }
        if self.config.state == State::Suspended {
            account["suspendedUntil"] = json!(SUSPENDED_UNTIL);
        }
        data(&account)
    }

    /// Reads the avatar of a group, of a person or of the account itself.
    pub(super) fn avatar(&self, body: &Bytes) -> Result<Done, Refusal> {
        let api = self.config.messenger.api();
        let chat = match self.text_in_json("chatId", body)? {
            own if own == api.account => PROFILE.to_owned(),
            person if (api.is_person_id)(&person) => person,
            group => self.valid_chat("chatId", &group).map(str::to_owned)?,
        };
        let url = self.avatars.find(&chat).map_or("", Avatar::url);
        let mut answer = json!({ "urlAvatar": url });
        if api.tells_available {
            answer["available"] = json!(true);
        }
        Ok(data(&answer))
    }

    /// Creates a group that the account owns. Its members but one are forgotten.
    pub(super) fn create_group(&mut self, body: &Bytes, effect: Effect) -> Result<Done, Refusal> {
        /// In characters, as documented.
        const MAX_NAME: usize = 100;
        let api = self.config.messenger.api();
        let name = self.text_in_json("groupName", body)?;
        if name.is_empty() || name.chars().count() > MAX_NAME {
            let details = format!("'groupName' must have 1 to {MAX_NAME} characters");
            return Err(Refusal::Invalid(details));
        }
        let body: Value = serde_json::from_slice(body).map_err(|_| Documented::BadRequestData)?;
        let people = body["chatIds"].as_array().map_or(&[][..], Vec::as_slice);
        let is_person = |id: &Value| id.as_str().is_some_and(api.is_person_id);
        if people.is_empty() || !people.iter().all(is_person) {
            let details = "'chatIds' must be an array of people's ids".to_owned();
            return Err(Refusal::Invalid(details));
        }
        let group = self.config.groups.next(api.created_group).subject(name);
        let answer = json!({
            "created": true,
            "chatId": group.chat,
            "groupInviteLink": group.invite_link_seen(api),
        });
        if effect == Effect::Real {
            self.config.groups.add(group);
        }
        Ok(data(&answer))
    }

    /// Tells the settings of a new instance: all are off.
    pub(super) fn settings(&self) -> Done {
        let api = self.config.messenger.api();
        let mut settings = json!({
            "wid": api.account,
            "typeInstance": api.instance_type,
            "webhookUrl": "",
            "webhookUrlToken": "",
            "delaySendMessagesMilliseconds": 1000,
        });
        for name in SWITCHES {
            settings[name] = json!("no");
        }
        data(&settings)
    }

    pub(super) fn chats(&self) -> Done {
        let api = self.config.messenger.api();
        let chats = self.all_chats();
        data(&chats.iter().map(|chat| chat.in_chats(api)).collect())
    }

    /// Lists the contacts; `group=true` and `group=false` choose on WhatsApp, `count` bounds them.
    pub(super) fn contacts(&self, query: &str) -> Result<Done, Refusal> {
        let api = self.config.messenger.api();
        if let Some(refusal) = self.config.state.refusal(api) {
            return Err(refusal.into());
        }
        let (mut wanted, mut count) = (None, usize::MAX);
        for parameter in query.split('&') {
            match parameter.split_once('=') {
                Some(("group", value)) => wanted = value.parse().ok(),
                Some(("count", value)) => count = value.parse().unwrap_or(count),
                _ => {}
            }
        }
        let chats = self.all_chats();
        let contacts = chats
            .iter()
            .filter(|chat| wanted.is_none_or(|group: bool| chat.is_group() == group))
            .filter_map(|chat| chat.in_contacts(api))
            .take(count);
        Ok(data(&contacts.collect()))
    }

    /// Returns the groups that are listed, or else those that were created or have a picture, and a person.
    fn all_chats(&self) -> Vec<Chat> {
        let groups: Vec<Chat> = match &self.config.groups {
            Groups::Listed(groups) => groups.values().cloned().map(Chat::Group).collect(),
            Groups::Any(created) => {
                let with_picture = self.avatars.all().keys().filter(|chat| *chat != PROFILE);
                let pictured = with_picture.filter_map(|chat| self.config.groups.find(chat));
                let mut groups: BTreeMap<String, Group> = created.clone();
                groups.extend(pictured.map(|group| (group.chat.clone(), group)));
                groups.into_values().map(Chat::Group).collect()
            }
        };
        groups.into_iter().chain([Chat::Someone]).collect()
    }
}

/// The account's phone number.
const PHONE: &str = "79876543210";

/// What `getSettings` has on or off.
const SWITCHES: [&str; 10] = [
    "markIncomingMessagesReaded",
    "markIncomingMessagesReadedOnReply",
    "outgoingWebhook",
    "outgoingMessageWebhook",
    "outgoingAPIMessageWebhook",
    "incomingWebhook",
    "stateWebhook",
    "keepOnlineStatus",
    "pollMessageWebhook",
    "incomingCallWebhook",
];

/// When a suspension ends: 2033-05-18, in seconds since 1970.
const SUSPENDED_UNTIL: u64 = 2_000_000_000;
