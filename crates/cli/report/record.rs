//! What became of one item, as people and as machines read it.

use std::fmt;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use prep::{Profile, Treatment};
use upload::{Attempt, Editing, FetchError};

use crate::report::escape;
use crate::report::explanation::{self, Explanation};
use crate::report::failure::{Cause, Failure};
use crate::report::picture::Picture;
use crate::report::proof::{Doubt, Verified};
use crate::target::Target;

/// A photo, whom it is for, and what became of it.
#[derive(Clone, Debug)]
pub(crate) struct Record {
    pub(crate) target: Option<Target>,
    pub(crate) photo: PathBuf,
    pub(crate) outcome: Outcome,
    /// How it was sent, if it was.
    pub(crate) delivery: Option<Delivery>,
    pub(crate) earlier: Option<Earlier>,
    /// How sure it is that the picture is set, if the avatar was verified.
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
    /// Returns the record of a photo that is for nobody.
    pub(crate) fn of_photo(photo: PathBuf, outcome: Outcome) -> Self {
        Self::of(None, photo, outcome)
    }

    /// Returns the record of a photo that was for `target`.
    pub(crate) fn of(target: Option<Target>, photo: PathBuf, outcome: Outcome) -> Self {
        Self {
            target,
            photo,
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

    /// Returns why the picture was not seen though it is likely set.
    pub(crate) fn unseen(&self) -> Option<&FetchError> {
        match &self.verified {
            Some(Verified::Likely { why }) => Some(why),
            Some(Verified::Proven) | None => None,
        }
    }
}

impl Earlier {
    pub(crate) fn word(self) -> &'static str {
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
                match &self.verified {
                    Some(Verified::Proven) => f.write_str(" (verified)")?,
                    Some(Verified::Likely { .. }) => f.write_str(" (not seen)")?,
                    None => {}
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
