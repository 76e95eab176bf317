//! Why a picture cannot be decoded, sorted by who can act.

/// Why a picture could not be decoded.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The bytes are not a valid bitstream. Ask for another file.
    #[error("not a valid HEVC bitstream: {0}")]
    Malformed(&'static str),
    /// What the standard knows and this decoder does not read. Convert the file with another program.
    #[error("HEVC with {0} is not supported")]
    Unsupported(&'static str),
}

pub(crate) type Result<T> = std::result::Result<T, Error>;

/// The error of a bitstream that breaks a rule.
pub(crate) fn malformed<T>(what: &'static str) -> Result<T> {
    Err(Error::Malformed(what))
}
