//! What became of one item.

use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use prep::Profile;
use upload::{Attempt, Editing, FetchError};

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
        /// The picture.
        picture: Picture,
        /// Where it is.
        path: PathBuf,
    },
    /// Its picture was made, and would be written if this were not a dry run.
    ToPrepare {
        /// The picture.
        picture: Picture,
        /// Where it would be.
        path: PathBuf,
    },
    /// Its picture was made and described; nothing was written.
    Explained(Box<Explanation>),
    /// Its picture was made and shown on a page.
    Previewed {
        /// The picture.
        picture: Picture,
    },
    /// Its picture existed already.
    Existed {
        /// Where it is.
        path: PathBuf,
    },
    /// Its picture is the avatar now.
    Set {
        /// The picture.
        picture: Picture,
        /// Where it was saved, if it was.
        path: Option<PathBuf>,
        /// The avatar's address, if the server returned it.
        url: Option<String>,
    },
    /// An earlier run has set it.
    SetBefore {
        /// The picture.
        picture: Picture,
    },
    /// It would be sent, or settled, if this were not a dry run.
    Planned {
        /// The picture.
        picture: Picture,
        /// What would be done.
        step: Planned,
    },
    /// The group exists, and its picture may be changed.
    Editable {
        /// What it is called.
        subject: Option<String>,
        /// Who may change it.
        editing: Editing,
    },
    /// The group was listed.
    Listed,
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

/// What an earlier run did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Earlier {
    /// It had set the picture, as the avatar shows.
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
    /// Returns the record of a photo without a target.
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

    /// Adds what the avatar showed: a picture that it does not show is not set.
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
    /// Returns the share of the square that was lost, if there is a picture all the same.
    pub(crate) fn lost(&self) -> Option<f32> {
        self.picture()
            .map(|picture| picture.lost)
            .filter(|lost| *lost > 0.0)
    }

    /// Returns whether there is a picture whose photo is cut off.
    pub(crate) fn is_truncated(&self) -> bool {
        self.picture().is_some_and(|picture| picture.is_truncated)
    }

    /// Returns whether there is a picture whose photo has an unusable color profile.
    pub(crate) fn has_unusable_profile(&self) -> bool {
        self.picture()
            .is_some_and(|picture| picture.profile == Profile::Unusable)
    }

    fn picture(&self) -> Option<&Picture> {
        match self {
            Self::Prepared { picture, .. }
            | Self::ToPrepare { picture, .. }
            | Self::Previewed { picture }
            | Self::Set { picture, .. }
            | Self::Planned { picture, .. } => Some(picture),
            _ => None,
        }
    }

    /// Returns the warning about the picture's square, if there is one.
    pub(crate) fn doubt(&self) -> Option<String> {
        match self {
            Self::Explained(explanation) => explanation::doubt(&explanation.prepared.plan.choice),
            _ => explanation::doubt(&self.picture()?.choice),
        }
    }

    /// Returns the cause of a failure.
    pub(crate) fn cause(&self) -> Option<Cause> {
        match self {
            Self::Failed(failure) => Some(failure.cause),
            _ => None,
        }
    }

    pub(crate) fn status(&self) -> &'static str {
        match self {
            Self::Prepared { .. } => "prepared",
            Self::ToPrepare { .. } => "prepare",
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
            Self::Listed => "listed",
            Self::Skipped => "skipped",
            Self::NotBegun => "not-begun",
            Self::Failed(failure) if failure.cause.is_unknown_outcome() => "unknown",
            Self::Failed(_) => "failed",
        }
    }
}

/// Returns the warning about a picture of whose square a share, 0 to 1, is lost.
pub(crate) fn damage(lost: f32) -> String {
    let percent = (lost * 100.0).ceil();
    format!("damaged: {percent} % of the square is lost; the picture was made from the rest")
}

/// The warning about a picture whose photo is cut off though nothing of its square is lost.
pub(crate) const TRUNCATED: &str =
    "damaged: the file is cut off, but nothing of the picture is missing";

/// The warning about a photo whose color profile is unusable.
pub(crate) const UNUSABLE_PROFILE: &str =
    "its color profile is unusable; the colors are taken as sRGB";
