//! Why a frame cannot be decoded.

/// Why a frame cannot be decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The frame breaks the rules of RFC 6386, in the way that the text says.
    #[error("{0}")]
    Malformed(&'static str),
    /// The frame is not a key frame: it changes an earlier one.
    #[error("not a key frame")]
    NotAKeyFrame,
}

pub(crate) type Result<T> = std::result::Result<T, Error>;
