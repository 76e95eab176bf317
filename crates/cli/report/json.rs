//! Records as JSON.

use std::borrow::Cow;
use std::path::Path;
use std::time::Duration;

use serde::Serialize;
use upload::{Attempt, Editing, Settled};

use crate::profile_name::ProfileName;
use crate::report::explanation_json::JsonExplanation;
use crate::report::failure::Cause;
use crate::report::picture::Picture;
use crate::report::proof::Verified;
use crate::report::record::{Delivery, Earlier, Outcome, Record};
use crate::target::Target;

impl Record {
    /// Returns the line for machines, without its end.
    pub(crate) fn json(&self) -> String {
        json(&Line::of(self))
    }
}

/// Returns the value as JSON on one line.
pub(crate) fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("texts, numbers and maps by text always become JSON")
}

/// One JSON object. Unknown values are `null`; fields that do not apply are left out.
#[derive(Serialize)]
struct Line<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    chat_id: Option<String>,
    /// The account, if the list is for several.
    #[serde(skip_serializing_if = "Option::is_none")]
    profile: Option<&'a str>,
    /// The picture is the account's own.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    own: bool,
    photo: Cow<'a, str>,
    status: &'static str,
    picture: Option<Cow<'a, str>>,
    width: Option<u32>,
    height: Option<u32>,
    bytes: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    treatment: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    lost: Option<f32>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    truncated: bool,
    /// The quality of a picture that was made to fit its byte budget; 100 is identical to the square.
    #[serde(skip_serializing_if = "Option::is_none")]
    score: Option<f32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    warning: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    explanation: Option<JsonExplanation>,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'a str>,
    error: Option<LineError<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    earlier: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    verified: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    editing: Option<&'static str>,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    delivery: Option<LineDelivery>,
}

impl<'a> Line<'a> {
    fn of(record: &'a Record) -> Self {
        let mut line = Self {
            chat_id: record.target.as_ref().and_then(Target::chat_id),
            profile: (record.target.as_ref())
                .and_then(|target| target.profile.as_ref())
                .map(ProfileName::as_str),
            own: record
                .target
                .as_ref()
                .is_some_and(|target| target.chat.is_none()),
            photo: record.photo.to_string_lossy(),
            status: record.outcome.status(),
            picture: None,
            width: None,
            height: None,
            bytes: None,
            treatment: None,
            lost: record.outcome.lost(),
            truncated: record.outcome.is_truncated(),
            warning: record.outcome.doubt(),
            explanation: None,
            score: None,
            url: None,
            error: None,
            earlier: record.earlier.map(Earlier::word),
            verified: verified(record),
            subject: None,
            editing: None,
            delivery: record.delivery.as_ref().map(LineDelivery::from),
        };
        match &record.outcome {
            Outcome::Prepared { picture, path } | Outcome::ToPrepare { picture, path } => {
                line.describe(*picture, Some(path));
            }
            Outcome::Explained(explanation) => line.explanation = Some(explanation.json()),
            Outcome::Existed { path } => line.picture = Some(path.to_string_lossy()),
            Outcome::Set { picture, path, url } => {
                line.describe(*picture, path.as_deref());
                line.url = url.as_deref();
            }
            Outcome::Editable { subject, editing } => {
                line.subject = subject.as_deref();
                line.editing = Some(match editing {
                    Editing::Everyone => "everyone",
                    Editing::Managers => "managers",
                    _ => "unknown",
                });
            }
            Outcome::Listed | Outcome::Skipped | Outcome::NotBegun => {}
            Outcome::Previewed { picture }
            | Outcome::SetBefore { picture }
            | Outcome::Planned { picture, .. } => {
                line.describe(*picture, None);
            }
            Outcome::Failed(failure) => {
                line.error = Some(LineError {
                    kind: failure.cause.to_string(),
                    message: &failure.message,
                });
            }
        }
        line
    }

    fn describe(&mut self, picture: Picture, path: Option<&'a Path>) {
        self.picture = path.map(Path::to_string_lossy);
        self.width = Some(picture.side);
        self.height = Some(picture.side);
        self.bytes = Some(picture.bytes);
        self.treatment = Some(picture.treatment.name());
        self.score = picture.fitted.map(|fitted| fitted.score);
    }
}

/// The verdict of `--verify`.
fn verified(record: &Record) -> Option<&'static str> {
    match (&record.verified, record.outcome.cause()) {
        (Some(Verified::Proven), _) => Some("proven"),
        (Some(Verified::Likely { .. }), _) => Some("likely"),
        (None, Some(Cause::NotSeen)) => Some("unseen"),
        (None, Some(Cause::NotProven)) => Some("denied"),
        (None, _) => None,
    }
}

#[derive(Serialize)]
struct LineError<'a> {
    kind: String,
    message: &'a str,
}

#[derive(Serialize)]
struct LineDelivery {
    started: String,
    seconds: f64,
    attempts: Vec<LineAttempt>,
}

/// One time that the picture was sent; `at` counts from `started`.
#[derive(Serialize)]
struct LineAttempt {
    at: f64,
    seconds: f64,
    failure: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    settled: Option<&'static str>,
}

impl From<&Delivery> for LineDelivery {
    fn from(delivery: &Delivery) -> Self {
        Self {
            started: humantime::format_rfc3339_millis(delivery.started).to_string(),
            seconds: milliseconds(delivery.took),
            attempts: delivery.attempts.iter().map(LineAttempt::from).collect(),
        }
    }
}

impl From<&Attempt> for LineAttempt {
    fn from(attempt: &Attempt) -> Self {
        Self {
            at: milliseconds(attempt.started),
            seconds: milliseconds(attempt.took),
            failure: attempt.failure.map(|kind| kind.to_string()),
            settled: attempt.settled.map(|settled| match settled {
                Settled::Set => "set",
                Settled::NotSet => "not set",
                _ => "unknown",
            }),
        }
    }
}

/// Seconds, exact to the millisecond.
fn milliseconds(duration: Duration) -> f64 {
    duration.as_millis() as f64 / 1000.0
}
