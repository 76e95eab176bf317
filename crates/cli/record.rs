//! What became of one item, as people and as machines read it.

use std::borrow::Cow;
use std::fmt;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use prep::{Profile, Treatment};
use serde::Serialize;
use upload::{Attempt, Editing, Settled};

use crate::escape;
use crate::explanation::{self, Explanation};
use crate::failure::{Cause, Failure};
use crate::groups::{Assignment, Target};
use crate::preparer::Picture;
use crate::verify::{Doubt, Verified};

/// A photo, whom it is for, and what became of it.
#[derive(Clone, Debug)]
pub(crate) struct Record {
    pub(crate) target: Option<Target>,
    pub(crate) photo: PathBuf,
    pub(crate) outcome: Outcome,
    /// How it was sent, if it was.
    pub(crate) delivery: Option<Delivery>,
    pub(crate) earlier: Option<Earlier>,
    /// What the avatar told afterwards, if it was looked at.
    pub(crate) verified: Option<Verified>,
}

/// What became of a photo.
#[derive(Clone, Debug)]
pub(crate) enum Outcome {
    /// Its picture was made and written.
    Prepared {
        /// What was made.
        picture: Picture,
        /// Where it is.
        path: PathBuf,
    },
    /// Its picture was made, told of, and forgotten.
    Explained(Box<Explanation>),
    /// Its picture was made, shown on a page, and forgotten.
    Previewed {
        /// What was made.
        picture: Picture,
    },
    /// Its picture was there already.
    Existed {
        /// Where it is.
        path: PathBuf,
    },
    /// Its picture is the avatar now.
    Set {
        /// What was made.
        picture: Picture,
        /// Where it was kept, if it was.
        path: Option<PathBuf>,
        /// Where the server shows it, if it told.
        url: Option<String>,
    },
    /// An earlier run has set it.
    SetBefore {
        /// What was made.
        picture: Picture,
    },
    /// It would be sent, or settled, if this were not a dry run.
    Planned {
        /// What was made.
        picture: Picture,
        /// What would be done.
        step: Planned,
    },
    /// The group is there, and its picture may be changed.
    Editable {
        /// What it is called.
        subject: Option<String>,
        /// Who may change it.
        editing: Editing,
    },
    /// It was to be left out.
    Skipped,
    /// The run ended before.
    NotBegun,
    /// There is no picture, or it was not set.
    Failed(Failure),
}

/// What would be done with a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Planned {
    /// It would be sent.
    Send,
    /// The avatar would be read, and the picture sent again if it was not set.
    Settle,
    /// Nothing: an earlier run has set it.
    Leave,
}

/// What an earlier run has to do with an outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Earlier {
    /// It had set the picture, as the avatar tells.
    FoundSet,
    /// It had sent the picture, but that was not set.
    SentAgain,
}

/// How a picture was sent.
#[derive(Clone, Debug)]
pub(crate) struct Delivery {
    pub(crate) started: SystemTime,
    pub(crate) took: Duration,
    pub(crate) attempts: Vec<Attempt>,
}

impl Delivery {
    /// Of what has just ended.
    pub(crate) fn ended(took: Duration, attempts: Vec<Attempt>) -> Self {
        let now = SystemTime::now();
        Self {
            started: now.checked_sub(took).unwrap_or(now),
            took,
            attempts,
        }
    }
}

impl Record {
    /// Of a photo that is for nobody.
    pub(crate) fn of_photo(photo: PathBuf, outcome: Outcome) -> Self {
        Self {
            target: None,
            photo,
            outcome,
            delivery: None,
            earlier: None,
            verified: None,
        }
    }

    /// Of a picture that was to be set.
    pub(crate) fn of(assignment: &Assignment, outcome: Outcome) -> Self {
        Self {
            target: Some(assignment.target.clone()),
            photo: assignment.photo.clone(),
            outcome,
            delivery: None,
            earlier: None,
            verified: None,
        }
    }

    /// With what the avatar told: a picture that it does not show is not set.
    pub(crate) fn with_proof(mut self, proof: Option<Result<Verified, Doubt>>) -> Self {
        match proof {
            None => {}
            Some(Ok(verified)) => self.verified = Some(verified),
            Some(Err(doubt)) => self.outcome = Outcome::Failed(doubt.into()),
        }
        self
    }

    /// The line for machines, without its end.
    pub(crate) fn json(&self) -> String {
        let mut line = Line {
            chat_id: self.target.as_ref().and_then(Target::chat_id),
            profile: matches!(self.target, Some(Target::Profile)),
            photo: &self.photo.to_string_lossy(),
            status: self.outcome.status(),
            picture: None,
            width: None,
            height: None,
            bytes: None,
            treatment: None,
            lost: self.outcome.lost(),
            truncated: self.outcome.is_truncated(),
            warning: self.outcome.doubt(),
            explanation: None,
            score: None,
            url: None,
            error: None,
            earlier: self.earlier.map(Earlier::word),
            verified: self.verified.as_ref().map(|verified| match verified {
                Verified::Picture => "picture",
                Verified::Address { .. } => "address",
            }),
            subject: None,
            editing: None,
            delivery: self.delivery.as_ref().map(LineDelivery::from),
        };
        match &self.outcome {
            Outcome::Prepared { picture, path } => line.describe(*picture, Some(path)),
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
            Outcome::Skipped | Outcome::NotBegun => {}
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
        json(&line)
    }
}

impl Earlier {
    fn word(self) -> &'static str {
        match self {
            Self::FoundSet => "found-set",
            Self::SentAgain => "sent-again",
        }
    }
}

impl Outcome {
    /// The share of the photo's square that was lost though there is a picture, if any was.
    pub(crate) fn lost(&self) -> Option<f32> {
        self.picture()
            .map(|picture| picture.lost)
            .filter(|lost| *lost > 0.0)
    }

    /// Whether there is a picture whose photo ends too early.
    pub(crate) fn is_truncated(&self) -> bool {
        self.picture().is_some_and(|picture| picture.is_truncated)
    }

    /// Whether there is a picture whose photo had a colour profile of no use.
    pub(crate) fn has_unusable_profile(&self) -> bool {
        self.picture()
            .is_some_and(|picture| picture.profile == Profile::Unusable)
    }

    fn picture(&self) -> Option<&Picture> {
        match self {
            Self::Prepared { picture, .. }
            | Self::Previewed { picture }
            | Self::Set { picture, .. }
            | Self::Planned { picture, .. } => Some(picture),
            _ => None,
        }
    }

    /// What is doubtful about the picture's square, if anything is.
    pub(crate) fn doubt(&self) -> Option<String> {
        match self {
            Self::Explained(explanation) => explanation::doubt(&explanation.prepared.plan.choice),
            _ => explanation::doubt(&self.picture()?.choice),
        }
    }

    /// Why it is a failure, if it is one.
    pub(crate) fn cause(&self) -> Option<Cause> {
        match self {
            Self::Failed(failure) => Some(failure.cause),
            _ => None,
        }
    }

    pub(crate) fn status(&self) -> &'static str {
        match self {
            Self::Prepared { .. } => "prepared",
            Self::Explained(_) => "explained",
            Self::Previewed { .. } => "previewed",
            Self::Existed { .. } => "kept",
            Self::Set { .. } => "set",
            Self::SetBefore { .. } => "set-before",
            Self::Planned {
                step: Planned::Send,
                ..
            } => "send",
            Self::Planned {
                step: Planned::Settle,
                ..
            } => "settle",
            Self::Planned {
                step: Planned::Leave,
                ..
            } => "leave",
            Self::Editable { .. } => "editable",
            Self::Skipped => "skipped",
            Self::NotBegun => "not-begun",
            Self::Failed(failure) if failure.cause.is_unknown_outcome() => "unknown",
            Self::Failed(_) => "failed",
        }
    }
}

/// The line for people, without its end.
impl fmt::Display for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let photo = escape::path(&self.photo);
        match &self.outcome {
            Outcome::Prepared { path, picture } => {
                write!(f, "{photo} → {}", escape::path(path))?;
                match picture.treatment {
                    Treatment::Encoded => Ok(()),
                    kept => write!(f, " ({kept})"),
                }
            }
            Outcome::Explained(explanation) => write!(f, "{photo}\n{explanation}"),
            Outcome::Previewed { picture } => {
                let Picture { side, bytes, .. } = picture;
                write!(f, "{photo}: {side}×{side}, {bytes} bytes")
            }
            Outcome::Existed { path } => write!(f, "{photo} → {} (kept)", escape::path(path)),
            Outcome::Set { path, url, .. } => {
                write!(f, "{photo} →")?;
                if let Some(target) = &self.target {
                    write!(f, " {target}")?;
                }
                match (path, url) {
                    (Some(path), _) => write!(f, ", {}", escape::path(path))?,
                    (None, Some(url)) => write!(f, ", {}", escape::text(url))?,
                    (None, None) => {}
                }
                if let Some(Verified::Address { why }) = &self.verified {
                    write!(
                        f,
                        " (a new address; not seen: {})",
                        escape::text(&why.to_string())
                    )?;
                }
                if self.verified == Some(Verified::Picture) {
                    f.write_str(" (verified)")?;
                }
                match self.earlier {
                    Some(Earlier::FoundSet) => f.write_str(" (set by an earlier run)"),
                    Some(Earlier::SentAgain) => {
                        f.write_str(" (sent again: what an earlier run sent was not set)")
                    }
                    None => Ok(()),
                }
            }
            Outcome::SetBefore { .. } => {
                write!(f, "{photo} →")?;
                if let Some(target) = &self.target {
                    write!(f, " {target}")?;
                }
                f.write_str(" (set before)")
            }
            Outcome::Planned { picture, .. } => {
                let Picture { side, bytes, .. } = picture;
                write!(f, "{:<8} {photo} →", self.outcome.status())?;
                if let Some(target) = &self.target {
                    write!(f, " {target}")?;
                }
                write!(f, ", {side}×{side}, {bytes} bytes")
            }
            Outcome::Editable { subject, editing } => {
                if let Some(target) = &self.target {
                    write!(f, "{target}")?;
                }
                if let Some(subject) = subject {
                    write!(f, ", {}", escape::text(subject))?;
                }
                f.write_str(match editing {
                    Editing::Everyone => ": everyone may change the picture",
                    Editing::Managers => {
                        ": those who manage it may change the picture, the account among them"
                    }
                    _ => ": who may change the picture is not told",
                })
            }
            Outcome::Skipped => write!(f, "{photo}: skipped, as --overrides says"),
            Outcome::NotBegun => write!(f, "{photo}: not begun"),
            Outcome::Failed(failure) => {
                write!(f, "{photo}: ")?;
                if let Some(target) = &self.target {
                    write!(f, "{target}: ")?;
                }
                failure.fmt(f)
            }
        }
    }
}

/// What is to be said of a picture though a share of its square, 0 to 1, is lost.
pub(crate) fn damage(lost: f32) -> String {
    let percent = (lost * 100.0).ceil();
    format!("damaged: {percent} % of the square is lost; the picture was made of the rest")
}

/// What is to be said of a picture whose photo ends too early though nothing of its square is lost.
pub(crate) const TRUNCATED: &str =
    "damaged: the file ends too early; what is missing would not be seen in the picture";

/// What is to be said of a photo whose colour profile is of no use.
pub(crate) const UNUSABLE_PROFILE: &str =
    "its colour profile is broken or for another kind of photo; the colours are taken as sRGB";

/// One JSON object. What there is nothing to say of is `null`; the fields of groups are left out where there are none.
#[derive(Serialize)]
struct Line<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    chat_id: Option<String>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    profile: bool,
    photo: &'a str,
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
    /// Of a picture that was made to fit its bytes: 100 is as good as the square.
    #[serde(skip_serializing_if = "Option::is_none")]
    score: Option<f32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    warning: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    explanation: Option<explanation::Json>,
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
    fn describe(&mut self, picture: Picture, path: Option<&'a Path>) {
        self.picture = path.map(Path::to_string_lossy);
        self.width = Some(picture.side);
        self.height = Some(picture.side);
        self.bytes = Some(picture.bytes);
        self.treatment = Some(explanation::treatment(picture.treatment));
        self.score = picture.fitted.map(|fitted| fitted.score);
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

/// The value as JSON on one line.
pub(crate) fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("texts, numbers and maps by text always become JSON")
}
