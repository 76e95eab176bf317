//! Why an image cannot be decoded.

/// Why an image cannot be decoded, or not to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The data break the rules of RFC 9649, in the way that the text says.
    #[error("{0}")]
    Malformed(&'static str),
    /// The data end before the image does.
    #[error("the data end too early")]
    CutOff,
}

pub(crate) type Result<T> = std::result::Result<T, Error>;
