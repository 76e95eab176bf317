//! What `--verify` found out about an avatar.

use std::fmt;

use upload::FetchError;

/// What a look at the avatar told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verified {
    /// It shows the picture that was sent.
    Picture,
    /// It has a new address, but what is there could not be seen.
    Address { why: FetchError },
}

/// Why a picture is not proven to be set though the server said so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Doubt {
    /// The avatar could not be read.
    NotRead(Box<str>),
    /// There is no address of an avatar.
    NoAddress,
    /// The address is the one from before, and what is there could not be seen.
    SameAddress(FetchError),
    /// Another picture is there.
    OtherPicture,
    /// What is there is no picture.
    NoPicture,
}

impl Doubt {
    /// Whether the avatar was seen, and is not what was sent.
    pub(crate) fn is_denial(&self) -> bool {
        match self {
            Self::NoAddress | Self::OtherPicture | Self::NoPicture => true,
            Self::NotRead(_) | Self::SameAddress(_) => false,
        }
    }
}

impl fmt::Display for Doubt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the server said that it was set, but ")?;
        match self {
            Self::NotRead(why) => write!(f, "the avatar cannot be read: {why}"),
            Self::NoAddress => f.write_str("there is no avatar"),
            Self::SameAddress(why) => {
                write!(
                    f,
                    "the avatar's address is not a new one, and its picture was not seen: {why}"
                )
            }
            Self::OtherPicture => f.write_str("the avatar shows another picture"),
            Self::NoPicture => f.write_str("what is at the avatar's address is no picture"),
        }
    }
}
