//! The answers that a script asks for, as they are sent.

use std::time::{Duration, SystemTime};

use bytes::Bytes;

use crate::fault::{Answer, RetryAfter};
use crate::gzip;
use crate::number::Base64;
use crate::reply::{JPEG, JSON, Reply, TEXT};
use crate::reply_body::ReplyBody;
use crate::template::{Facts, fill};

impl Reply {
    /// Makes the answer that a script asks for.
    pub(crate) fn scripted(answer: &Answer, facts: &Facts<'_>) -> Self {
        let mut reply = match answer.like {
            Some(documented) => documented.reply(facts),
            None => Self::plain(answer),
        };
        if let Some(status) = answer.status {
            reply.status = status.value();
        }
        if let Some(body) = &answer.body {
            reply.body = ReplyBody::from(fill(body, facts));
        }
        if let Some(Base64(body)) = &answer.body_base64 {
            reply.body = ReplyBody::from(body.clone());
            reply.set_header("Content-Type", type_of(body).to_owned());
        }
        if answer.filler > 0 {
            reply.body = ReplyBody::repeating(
                r#"{"reason":""#,
                b"x",
                answer.filler,
                r#"","urlAvatar":null,"setGroupPicture":false}"#,
            );
        }
        if answer.gzip_bomb > 0 {
            reply.body = gzip::bomb(answer.gzip_bomb);
            reply.set_header("Content-Encoding", "gzip".to_owned());
        }
        for (name, value) in &answer.headers {
            reply.set_header(name, fill(value, facts));
        }
        if let Some(retry_after) = answer.retry_after {
            reply.set_header("Retry-After", retry_after_value(retry_after));
        }
        reply
    }

    fn plain(answer: &Answer) -> Self {
        let is_json = answer.filler > 0
            || answer
                .body
                .as_ref()
                .is_some_and(|body| body.starts_with(['{', '[', '"']));
        Self::new(200, if is_json { JSON } else { TEXT }, Bytes::new())
    }
}

const BYTES: &str = "application/octet-stream";

fn type_of(body: &[u8]) -> &'static str {
    if body.starts_with(&[0xff, 0xd8, 0xff]) {
        JPEG
    } else {
        BYTES
    }
}

fn retry_after_value(retry_after: RetryAfter) -> String {
    match retry_after {
        RetryAfter::Seconds(seconds) => seconds.to_string(),
        RetryAfter::DateInSeconds(seconds) => {
            let now = SystemTime::now();
            let distance = Duration::from_secs(seconds.unsigned_abs());
            let date = if seconds < 0 {
                now.checked_sub(distance)
            } else {
                now.checked_add(distance)
            };
            httpdate::fmt_http_date(date.filter(is_http_date).unwrap_or(now))
        }
    }
}

/// Whether HTTP can write it: the year has four digits, and the library begins with 1970.
fn is_http_date(date: &SystemTime) -> bool {
    const YEAR_10000: Duration = Duration::from_secs(253_402_300_800);
    date.duration_since(SystemTime::UNIX_EPOCH)
        .is_ok_and(|since| since < YEAR_10000)
}
