//! What `--verify` found out about an avatar.

use std::fmt;

use upload::FetchError;

/// How sure it is that a picture is set. Only the first is a success without a remark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verified {
    /// The avatar shows the picture that was sent.
    Proven,
    /// The avatar has a new address, but its picture could not be fetched.
    Likely { why: FetchError },
}

/// Why a picture is not taken to be set though the server said so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Doubt {
    /// Unseen: the avatar's address could not be read.
    NotRead(Box<str>),
    /// Unseen: the address is not known to be new, and its picture could not be fetched.
    NotFetched(FetchError),
    /// Denied: there is no avatar.
    NoAvatar,
    /// Denied: the avatar shows another picture.
    OtherPicture,
    /// Denied: the avatar is not a picture.
    NotAPicture,
}

impl Doubt {
    /// Returns whether the avatar was seen and is not what was sent.
    pub(crate) fn is_denial(&self) -> bool {
        match self {
            Self::NoAvatar | Self::OtherPicture | Self::NotAPicture => true,
            Self::NotRead(_) | Self::NotFetched(_) => false,
        }
    }
}

impl fmt::Display for Doubt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the server reported success, but ")?;
        match self {
            Self::NotRead(why) => write!(f, "the avatar cannot be read: {why}"),
            Self::NoAvatar => f.write_str("there is no avatar"),
            Self::NotFetched(why) => write!(
                f,
                "the avatar's address is not known to be new, and its picture was not seen: {why}"
            ),
            Self::OtherPicture => f.write_str("the avatar shows another picture"),
            Self::NotAPicture => f.write_str("what is at the avatar's address is not a picture"),
        }
    }
}
