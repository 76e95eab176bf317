//! The errors of a photo, sorted by who can act.

use std::fmt;
use std::time::Duration;

use crate::header::Format;

/// Why there is no picture.
///
/// The text is one line: the cause, then what to do. It never holds the file's name, which this
/// crate does not know.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The bytes are of no known image format. Ask for another file.
    #[error("not an image of a known format; send a photo such as JPEG or PNG")]
    NotAnImage,

    /// The file is empty. Copy it again.
    #[error("the file is empty; copy it again")]
    Empty,

    /// Reading the file failed. Try again, or copy it elsewhere.
    #[error("{0}")]
    Read(#[source] std::io::Error),

    /// The image is valid, but uses a format or feature that this build cannot decode. Convert it first.
    #[error("{what} cannot be read; convert the photo to JPEG or PNG first")]
    Unsupported {
        /// The format or the feature of a format, by its usual name.
        what: String,
    },

    /// The bytes break the rules of their format. Ask for the file again.
    #[error("damaged {format}: {cause}; get the file again from where it came")]
    Malformed {
        /// The format that the first bytes promised.
        format: Format,
        /// What the decoder found.
        cause: String,
    },

    /// More of the photo's square is lost than the options accept. Ask for the file again.
    #[error(
        "damaged {format}: {} % of the square is lost; get the file again, or accept the damage",
        percent(*lost)
    )]
    Lost {
        /// The format that the first bytes promised.
        format: Format,
        /// The share of the square that is lost, above 0 and at most 1.
        lost: f32,
    },

    /// The file is truncated, though nothing of the square is lost. Ask for the file again.
    #[error("damaged {format}: the file ends too early; get it again, or accept the damage")]
    Truncated {
        /// The format that the first bytes promised.
        format: Format,
    },

    /// The decoder panicked, which is a bug in it or in this crate. Report it.
    #[error(
        "the {format} decoder failed on this file; convert the photo first and report the file"
    )]
    Decoder {
        /// The format whose decoder failed.
        format: Format,
    },

    /// The work on this photo panicked: our fault, not the caller's. Report it.
    #[error(
        "the program failed on this file ({message}); convert the photo first and report the file"
    )]
    Panicked {
        /// The panic's message.
        message: String,
    },

    /// The photo is over a limit. Shrink it, or raise the limit if its source is trusted.
    #[error("{what} {actual} is over the limit of {limit}; shrink the photo or raise the limit")]
    TooLarge {
        /// Which limit.
        what: Limit,
        /// What the photo has.
        actual: u64,
        /// What is allowed.
        limit: u64,
    },

    /// Decoding would take too long, whatever the photo's size. Export it as another format.
    #[error("the {format} would take too long to decode; convert it to JPEG or PNG first")]
    TooMuchWork {
        /// The format that the first bytes promised.
        format: Format,
    },

    /// Decoding took longer than the batch allows. Export it as another format, or raise the limit.
    #[error(
        "decoding takes longer than the {} s that it may; convert the photo to JPEG or PNG first, or allow more time",
        limit.as_secs_f32()
    )]
    TooSlow {
        /// How long it might have taken.
        limit: Duration,
    },

    /// The work on this photo was [canceled](crate::Cancel).
    #[error("canceled")]
    Canceled,

    /// The square is smaller than messengers accept. Get a larger photo, or enlarge deliberately.
    #[error(
        "the photo's square is {side} px, less than the {minimum} px that messengers take; \
         send a larger photo or enlarge it"
    )]
    TooSmall {
        /// The photo's shorter side, in pixels.
        side: u32,
        /// The minimum, in pixels.
        minimum: u32,
    },

    /// Even the coarsest picture is over the byte budget. Allow more bytes or a smaller side.
    #[error(
        "the picture has {least} bytes at least, more than the {budget} that it may have; \
         allow more bytes or a smaller side"
    )]
    OverBudget {
        /// The fewest bytes that were reached.
        least: u64,
        /// The most that were allowed.
        budget: u64,
    },

    /// An option is outside its range. Change the call.
    #[error("{option} must be {range}, not {actual}")]
    Option {
        /// The option's name.
        option: &'static str,
        /// What it may be.
        range: &'static str,
        /// What it was.
        actual: u32,
    },
}

impl Error {
    /// Returns the kind of this error, for counting and for choosing a message.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::NotAnImage | Self::Empty => ErrorKind::NotAnImage,
            Self::Read(_) => ErrorKind::Unread,
            Self::Unsupported { .. } => ErrorKind::Unsupported,
            Self::Malformed { .. } | Self::Lost { .. } | Self::Truncated { .. } => {
                ErrorKind::Damaged
            }
            Self::Decoder { .. } | Self::Panicked { .. } => ErrorKind::Decoder,
            Self::TooLarge { .. } | Self::TooMuchWork { .. } | Self::TooSlow { .. } => {
                ErrorKind::TooLarge
            }
            Self::Canceled => ErrorKind::Canceled,
            Self::TooSmall { .. } => ErrorKind::TooSmall,
            Self::OverBudget { .. } => ErrorKind::OverBudget,
            Self::Option { .. } => ErrorKind::Option,
        }
    }
}

impl Format {
    /// Returns the error that a photo of this format is damaged.
    pub(crate) fn malformed(self, cause: impl Into<String>) -> Error {
        Error::Malformed {
            format: self,
            cause: cause.into(),
        }
    }
}

/// A share as whole percents, rounded up so that a loss is never 0 %.
fn percent(share: f32) -> f32 {
    (share * 100.0).ceil()
}

/// The kind of an [`Error`]; its text is a short phrase for a summary.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum ErrorKind {
    /// Not an image, or no bytes at all.
    NotAnImage,
    /// Reading the file failed.
    Unread,
    /// A format or feature that this build cannot decode.
    Unsupported,
    /// Bytes that break the rules of their format.
    Damaged,
    /// A decoder that panicked.
    Decoder,
    /// Over a limit.
    TooLarge,
    /// Below the minimum size.
    TooSmall,
    /// No picture fits its byte budget.
    OverBudget,
    /// An option outside its range.
    Option,
    /// Ended by the caller.
    Canceled,
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotAnImage => "not an image",
            Self::Unread => "not readable",
            Self::Unsupported => "unsupported format",
            Self::Damaged => "damaged",
            Self::Decoder => "decoder failure",
            Self::TooLarge => "too large",
            Self::TooSmall => "too small",
            Self::OverBudget => "over the byte budget",
            Self::Option => "bad option",
            Self::Canceled => "canceled",
        })
    }
}

/// Which of the [`Limits`](crate::Limits) a photo is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Limit {
    /// The file's size in bytes.
    Bytes,
    /// Width times height.
    Pixels,
    /// The longer side in pixels.
    Side,
    /// The bytes that decoding would take.
    Memory,
    /// The pixels of all frames up to the one that was asked for.
    Frames,
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Bytes => "the file's size in bytes",
            Self::Pixels => "the number of pixels",
            Self::Side => "the longer side in pixels",
            Self::Memory => "the memory for decoding in bytes",
            Self::Frames => "the number of pixels in all frames",
        })
    }
}
