//! Every answer that the API is known to give.
//!
//! Sources: the page of the method (<https://green-api.com/v3/docs/api/groups/SetGroupPicture>), that
//! of the errors that all methods share (<https://green-api.com/v3/docs/api/common-errors>), and
//! others where a variant says so.

use serde::{Deserialize, Serialize};

use crate::reply::{HTML, JSON, Reply, TEXT};
use crate::template::{Facts, fill};

/// An answer that the API gives, by name.
///
/// Not all of them are on the method's own page. Some are from the vendor's code, its issues or other
/// clients, and the emulator gives those only if the [script](crate::Script) asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Documented {
    /// 200, `setGroupPicture: true` and a `urlAvatar` that does not exist.
    Set,
    /// 200, `true`, and both `reason` and `urlAvatar` are `null` (seen in an issue).
    SetWithNulls,
    /// 200, `false`, `"reason": "Timed Out"`: the chat id is wrong or has a wrong type.
    TimedOut,
    /// 200, `false`, no reason: rights, picture or the account's state.
    Refused,
    /// 200, `false`, `rate-overlimit`: the messenger's own limit (documented for the profile picture).
    RateOverlimit,
    /// 200, `{"status":false,…}`: the instance is starting or not authorized (seen by other clients).
    NotReady,
    /// 200, `{"code":401,"description":"Unauthorized"}` (handled in the vendor's code).
    #[serde(rename = "unauthorized-with-200")]
    UnauthorizedWith200,
    /// 200 and the body `null`.
    Null,
    /// 200 and no body.
    Empty,
    /// 200 and a page of HTML.
    Html,
    /// 400, `Validation failed`. The body repeats the path, and with it the token.
    ValidationFailed,
    /// 400, `File is empty`.
    FileIsEmpty,
    /// 400, `Unsupported media type`.
    UnsupportedMediaType,
    /// 400, `instance in starting process try later`.
    InstanceStarting,
    /// 400, `instance account not authorized`.
    AccountNotAuthorized,
    /// 400, `instance account expired`.
    AccountExpired,
    /// 400, `Instance is deleted`.
    InstanceDeleted,
    /// 400, `bad request data`.
    BadRequestData,
    /// 401, `Unauthorized`: the token is wrong.
    Unauthorized,
    /// 403, `Forbidden`: the instance is wrong.
    Forbidden,
    /// 403, `Your account is suspended`.
    Suspended,
    /// 404, nginx's page.
    NotFound,
    /// 413, nginx's page (not documented).
    TooLarge,
    /// 429, `Too Many Requests`.
    TooManyRequests,
    /// 466: the plan's quota is used up. Its description names other people's chats.
    QuotaExceeded,
    /// 499, `Client Closed Request`.
    ClientClosedRequest,
    /// 500, plain text.
    ServerError,
    /// 500 and no body: the picture is larger than MAX accepts (reported in the vendor's forum).
    Oversize,
    /// 502, nginx's page.
    BadGateway,
    /// 503, nginx's page.
    ServiceUnavailable,
    /// 504, nginx's page.
    GatewayTimeout,
}

impl Documented {
    /// Every answer.
    pub const ALL: [Self; 31] = [
        Self::Set,
        Self::SetWithNulls,
        Self::TimedOut,
        Self::Refused,
        Self::RateOverlimit,
        Self::NotReady,
        Self::UnauthorizedWith200,
        Self::Null,
        Self::Empty,
        Self::Html,
        Self::ValidationFailed,
        Self::FileIsEmpty,
        Self::UnsupportedMediaType,
        Self::InstanceStarting,
        Self::AccountNotAuthorized,
        Self::AccountExpired,
        Self::InstanceDeleted,
        Self::BadRequestData,
        Self::Unauthorized,
        Self::Forbidden,
        Self::Suspended,
        Self::NotFound,
        Self::TooLarge,
        Self::TooManyRequests,
        Self::QuotaExceeded,
        Self::ClientClosedRequest,
        Self::ServerError,
        Self::Oversize,
        Self::BadGateway,
        Self::ServiceUnavailable,
        Self::GatewayTimeout,
    ];

    /// Returns the HTTP status.
    pub fn status(self) -> u16 {
        self.parts().0
    }

    /// Makes the reply to one request, with what it repeats from the request filled in.
    pub(crate) fn reply(self, facts: &Facts<'_>) -> Reply {
        let (status, content_type, body) = self.parts();
        Reply::new(status, content_type, fill(body, facts))
    }

    /// Returns status, content type and the template of the body.
    // One arm an answer and nothing else, so it is as long as the list of answers.
    fn parts(self) -> (u16, &'static str, &'static str) {
        match self {
            Self::Set => (
                200,
                JSON,
                r#"{"reason":"","urlAvatar":"{url}/i?r=none","{method}":true}"#,
            ),
            Self::SetWithNulls => (
                200,
                JSON,
                r#"{"reason":null,"urlAvatar":null,"{method}":true}"#,
            ),
            Self::TimedOut => (
                200,
                JSON,
                r#"{"reason":"Timed Out","urlAvatar":{no-address},"{method}":false}"#,
            ),
            Self::Refused => (
                200,
                JSON,
                r#"{"reason":"","urlAvatar":"","{method}":false}"#,
            ),
            Self::RateOverlimit => (
                200,
                JSON,
                r#"{"reason":"rate-overlimit","urlAvatar":null,"{method}":false}"#,
            ),
            Self::NotReady => (
                200,
                JSON,
                r#"{"status":false,"reason":"instance is starting or not authorized"}"#,
            ),
            Self::UnauthorizedWith200 => {
                (200, JSON, r#"{"code":401,"description":"Unauthorized"}"#)
            }
            Self::Null => (200, JSON, "null"),
            Self::Empty => (200, TEXT, ""),
            Self::Html => (
                200,
                HTML,
                "<html>\r\n<head><title>Welcome</title></head>\r\n<body></body>\r\n</html>\r\n",
            ),
            Self::ValidationFailed => (
                400,
                JSON,
                r#"{"statusCode":400,"timestamp":"{timestamp}","path":"{path}","message":"Validation failed. Details: {details}"}"#,
            ),
            Self::FileIsEmpty => (400, JSON, r#""File is empty""#),
            Self::UnsupportedMediaType => (400, JSON, r#""Unsupported media type""#),
            Self::InstanceStarting => (400, TEXT, "instance in starting process try later"),
            Self::AccountNotAuthorized => (400, TEXT, "instance account not authorized"),
            Self::AccountExpired => (400, TEXT, "instance account expired"),
            Self::InstanceDeleted => (400, TEXT, "Instance is deleted"),
            Self::BadRequestData => (400, TEXT, "bad request data"),
            Self::Unauthorized => (401, TEXT, "Unauthorized"),
            Self::Forbidden => (403, TEXT, "Forbidden"),
            Self::Suspended => (403, TEXT, "Your account is suspended"),
            Self::NotFound => (404, HTML, nginx!("404 Not Found")),
            Self::TooLarge => (413, HTML, nginx!("413 Request Entity Too Large")),
            Self::TooManyRequests => (429, TEXT, "Too Many Requests"),
            Self::QuotaExceeded => (
                466,
                JSON,
                r#"{"invokeStatus":{"method":"{method}","used":3,"total":3,"status":"QUOTE_EXCEEDED","description":"Only these chats may be used: -10000000000007, -10000000000008"}}"#,
            ),
            Self::ClientClosedRequest => (499, TEXT, "Client Closed Request"),
            Self::ServerError => (500, TEXT, "Internal Server Error"),
            Self::Oversize => (500, TEXT, ""),
            Self::BadGateway => (502, HTML, nginx!("502 Bad Gateway")),
            Self::ServiceUnavailable => (503, HTML, nginx!("503 Service Temporarily Unavailable")),
            Self::GatewayTimeout => (504, HTML, nginx!("504 Gateway Time-out")),
        }
    }
}

/// The page that nginx shows for a status.
macro_rules! nginx {
    ($status:literal) => {
        concat!(
            "<html>\r\n<head><title>",
            $status,
            "</title></head>\r\n<body>\r\n<center><h1>",
            $status,
            "</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
        )
    };
}
use nginx;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_listed_once() {
        let mut names: Vec<String> = Documented::ALL
            .iter()
            .map(|answer| serde_json::to_string(answer).unwrap())
            .collect();
        names.sort();
        names.dedup();

        assert_eq!(names.len(), Documented::ALL.len());
    }
}
