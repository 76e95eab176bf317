//! What became of one item, as people and as machines read it.

use std::fmt;
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::escape;
use crate::failure::Failure;
use crate::preparer::Picture;

/// A photo and what became of it.
#[derive(Clone, Debug)]
pub(crate) struct Record {
    pub(crate) photo: PathBuf,
    pub(crate) outcome: Outcome,
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
    /// Its picture was there already.
    Existed {
        /// Where it is.
        path: PathBuf,
    },
    /// There is no picture.
    Failed(Failure),
}

impl Record {
    pub(crate) fn failed(photo: PathBuf, failure: Failure) -> Self {
        Self {
            photo,
            outcome: Outcome::Failed(failure),
        }
    }

    /// The line for machines, without its end.
    pub(crate) fn json(&self) -> String {
        let mut line = Line {
            photo: self.photo.to_string_lossy().into_owned(),
            picture: None,
            status: "failed",
            width: None,
            height: None,
            bytes: None,
            error: None,
        };
        match &self.outcome {
            Outcome::Prepared { picture, path } => {
                line.status = "prepared";
                line.picture = Some(lossy(path));
                line.width = Some(picture.side);
                line.height = Some(picture.side);
                line.bytes = Some(picture.bytes);
            }
            Outcome::Existed { path } => {
                line.status = "existed";
                line.picture = Some(lossy(path));
            }
            Outcome::Failed(failure) => line.error = Some(failure.into()),
        }
        json(&line)
    }
}

/// The line for people, without its end.
impl fmt::Display for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let photo = escape::path(&self.photo);
        match &self.outcome {
            Outcome::Prepared { path, .. } => write!(f, "{photo} → {}", escape::path(path)),
            Outcome::Existed { path } => write!(f, "{photo} → {} (kept)", escape::path(path)),
            Outcome::Failed(failure) => write!(f, "{photo}: {}", escape::text(&failure.message)),
        }
    }
}

/// One JSON object; what there is nothing to say of is `null`.
#[derive(Serialize)]
struct Line {
    photo: String,
    picture: Option<String>,
    status: &'static str,
    width: Option<u32>,
    height: Option<u32>,
    bytes: Option<u64>,
    error: Option<LineError>,
}

#[derive(Serialize)]
struct LineError {
    kind: String,
    message: String,
}

impl From<&Failure> for LineError {
    fn from(failure: &Failure) -> Self {
        Self {
            kind: failure.cause.to_string(),
            message: failure.message.clone(),
        }
    }
}

fn lossy(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

/// The value as JSON on one line.
pub(crate) fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("texts, numbers and maps by text always become JSON")
}
