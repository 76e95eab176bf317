//! What is sent: the URL and the body of each method.

use bytes::Bytes;
use reqwest::{Method, Url};
use serde_json::json;

use crate::multipart::Form;
use crate::{ApiUrl, ChatId, Error, Instance, Messenger, Token};

/// One call of a method. It can be sent any number of times.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    /// The method's name, which is also the name of the flag in its answer.
    pub(crate) name: &'static str,
    pub(crate) body: Option<Body>,
    /// How much of a success's body is read, in bytes.
    pub(crate) max_answer: usize,
    /// The size of the picture, if it sends one.
    pub(crate) picture_bytes: usize,
}

#[derive(Clone, Debug)]
pub(crate) struct Body {
    pub(crate) content_type: String,
    pub(crate) bytes: Bytes,
}

impl Call {
    pub(crate) fn set_group_picture(
        messenger: Messenger,
        chat: &ChatId,
        picture: &[u8],
    ) -> Result<Self, Error> {
        let chat = written(messenger, chat)?;
        Self::form(
            "setGroupPicture",
            Some((messenger.spec().group_field, &chat)),
            picture,
        )
    }

    pub(crate) fn set_profile_picture(picture: &[u8]) -> Result<Self, Error> {
        Self::form("setProfilePicture", None, picture)
    }

    pub(crate) fn state() -> Self {
        Self {
            name: "getStateInstance",
            body: None,
            max_answer: MAX_ANSWER,
            picture_bytes: 0,
        }
    }

    pub(crate) fn chats() -> Self {
        Self {
            name: "getChats",
            body: None,
            max_answer: MAX_LIST,
            picture_bytes: 0,
        }
    }

    pub(crate) fn account(messenger: Messenger) -> Self {
        Self {
            name: messenger.spec().account_method,
            body: None,
            max_answer: MAX_ANSWER,
            picture_bytes: 0,
        }
    }

    pub(crate) fn group_data(messenger: Messenger, chat: &ChatId) -> Result<Self, Error> {
        let chat = written(messenger, chat)?;
        let field = messenger.spec().group_field;
        Ok(Self {
            max_answer: MAX_LIST,
            ..Self::json("getGroupData", field, &chat)
        })
    }

    pub(crate) fn avatar(messenger: Messenger, chat: &ChatId) -> Result<Self, Error> {
        let chat = written(messenger, chat)?;
        Ok(Self::json("getAvatar", "chatId", &chat))
    }

    /// The HTTP method.
    pub(crate) fn method(&self) -> Method {
        if self.body.is_some() {
            Method::POST
        } else {
            Method::GET
        }
    }

    /// The URL. It contains the token, so it goes to the HTTP library and nowhere else.
    pub(crate) fn url(
        &self,
        api_url: &ApiUrl,
        messenger: Messenger,
        instance: &Instance,
        token: &Token,
    ) -> Url {
        let instance = format!("waInstance{instance}");
        let call = [instance.as_str(), self.name, token.expose()];
        api_url.join(messenger.spec().path_prefix.into_iter().chain(call))
    }

    fn form(
        name: &'static str,
        field: Option<(&str, &str)>,
        picture: &[u8],
    ) -> Result<Self, Error> {
        if !picture.starts_with(JPEG) {
            return Err(Error::NotJpeg);
        }
        let Form {
            content_type,
            bytes,
        } = Form::new(field, picture);
        Ok(Self {
            name,
            body: Some(Body {
                content_type,
                bytes,
            }),
            max_answer: MAX_ANSWER,
            picture_bytes: picture.len(),
        })
    }

    fn json(name: &'static str, field: &str, value: &str) -> Self {
        let bytes = json!({ field: value }).to_string().into();
        Self {
            name,
            body: Some(Body {
                content_type: "application/json".to_owned(),
                bytes,
            }),
            max_answer: MAX_ANSWER,
            picture_bytes: 0,
        }
    }
}

/// The id as it is sent, if it has this messenger's form.
fn written(messenger: Messenger, chat: &ChatId) -> Result<String, Error> {
    if messenger.spec().chat_id == chat.form() {
        Ok(chat.to_string())
    } else {
        Err(Error::OtherMessenger { messenger })
    }
}

/// The longest known answer that is not a list has a few hundred bytes.
pub(crate) const MAX_ANSWER: usize = 64 << 10;

/// A participant or a chat takes up to about a hundred bytes, and the largest groups have some 20,000.
const MAX_LIST: usize = 4 << 20;

/// How every JPEG begins: SOI and the first byte of a marker (T.81, B.1.1.3).
const JPEG: &[u8] = &[0xff, 0xd8, 0xff];

#[cfg(test)]
mod tests {
    use super::*;

    fn url(messenger: Messenger, api_url: &str) -> String {
        let token = Token::new("d75b%3a").unwrap();
        let instance = "3100000001".parse().unwrap();
        Call::state()
            .url(&api_url.parse().unwrap(), messenger, &instance, &token)
            .into()
    }

    #[test]
    fn v3_is_in_the_url_once_and_for_max_only() {
        for (messenger, api_url, expected) in [
            (
                Messenger::Max,
                "https://a.example",
                "https://a.example/v3/waInstance3100000001/getStateInstance/d75b%253a",
            ),
            (
                Messenger::Max,
                "https://a.example/v3/",
                "https://a.example/v3/waInstance3100000001/getStateInstance/d75b%253a",
            ),
            (
                Messenger::Telegram,
                "https://a.example/",
                "https://a.example/waInstance3100000001/getStateInstance/d75b%253a",
            ),
            (
                Messenger::WhatsApp,
                "https://a.example/v3",
                "https://a.example/waInstance3100000001/getStateInstance/d75b%253a",
            ),
        ] {
            assert_eq!(url(messenger, api_url), expected);
        }
    }

    #[test]
    fn each_messenger_has_its_own_field() {
        for (messenger, id, field) in [
            (Messenger::Max, "-100", "name=\"chatId\"\r\n\r\n-100\r\n"),
            (
                Messenger::Telegram,
                "-100",
                "name=\"chatId\"\r\n\r\n-100\r\n",
            ),
            (
                Messenger::WhatsApp,
                "12@g.us",
                "name=\"groupId\"\r\n\r\n12@g.us\r\n",
            ),
        ] {
            let chat = messenger.chat_id(id).unwrap();

            let call = Call::set_group_picture(messenger, &chat, JPEG).unwrap();

            let body = String::from_utf8_lossy(&call.body.unwrap().bytes).into_owned();
            assert!(body.contains(field), "{messenger}: {body}");
        }
    }

    #[test]
    fn what_cannot_be_right_is_not_sent() {
        let chat = "-100".parse().unwrap();

        let other = Call::set_group_picture(Messenger::WhatsApp, &chat, JPEG).unwrap_err();
        let png = Call::set_profile_picture(b"\x89PNG").unwrap_err();

        assert_eq!(
            other,
            Error::OtherMessenger {
                messenger: Messenger::WhatsApp
            }
        );
        assert_eq!(png, Error::NotJpeg);
    }
}
