//! Errors of the decoder, by who can act on them.

/// Why a photo could not be decoded.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The bytes are not a valid JPEG. Ask for another file.
    #[error("not a valid JPEG: {what} expected at byte {offset}")]
    Malformed {
        /// What was expected.
        what: &'static str,
        /// Where, in bytes from the start.
        offset: usize,
    },
    /// A kind of JPEG that this decoder does not support. Convert the file with another program.
    #[error("{0}, which is not supported")]
    Unsupported(Unsupported),
    /// Decoding would exceed the memory limit. Raise the limit or ask for a smaller file.
    #[error("{needed} bytes of memory needed, {allowed} allowed")]
    Memory {
        /// The memory that decoding would take, in bytes.
        needed: u64,
        /// The limit, in bytes.
        allowed: u64,
    },
}

/// Features of the standard that this decoder does not support.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
#[non_exhaustive]
pub enum Unsupported {
    /// A lossless process (T.81, annex H).
    Lossless,
    /// A hierarchical process (T.81, annex J).
    Hierarchical,
    /// A sample precision other than 8 bits, in bits.
    Precision(u8),
    /// A number of components other than 1, 3 and 4.
    Components(u8),
}

impl std::fmt::Display for Unsupported {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Lossless => f.write_str("lossless JPEG"),
            Self::Hierarchical => f.write_str("hierarchical JPEG"),
            Self::Precision(bits) => write!(f, "a precision of {bits} bits"),
            Self::Components(count) => write!(f, "an image of {count} components"),
        }
    }
}
